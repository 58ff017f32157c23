import type {WriteRequest} from './contract.ts';

/** How a conversation is put to an instruct model, wherever it runs, and what of its words is an answer. */
export type Said = {role: 'user' | 'assistant'; text: string};
export type Spoken = {role: 'user' | 'assistant'; parts: string[]};

/** Many templates insist that a user speaks first, and here it is mostly the assistant who greets. */
const opening: Said = {role: 'user', text: '(The visitor opens the chat.)'};

/** Nor do many take the same speaker twice in a row. */
export const alternating = (turns: readonly Said[]): Spoken[] => {
  const messages: Spoken[] = [];
  for (const {role, text} of turns[0]?.role === 'user' ? turns : [opening, ...turns]) {
    const last = messages.at(-1);
    if (last?.role === role) last.parts.push(`\n${text}`);
    else messages.push({role, parts: [text]});
  }
  return messages;
};

const languageName = (locale: string): string => {
  try {
    return new Intl.DisplayNames(['en'], {type: 'language'}).of(locale.slice(0, 2)) ?? locale;
  } catch {
    return 'English';
  }
};

export const saidIn = ({turns}: Pick<WriteRequest, 'turns'>): Said[] =>
  turns.map(({role, text}) => ({role: role === 'visitor' ? 'user' : role, text}));
/** Said last, so that all before it stays the same from turn to turn. */
export const instructionIn = ({task, locale}: Pick<WriteRequest, 'task' | 'locale'>): string =>
  `\n(For this reply: ${task} Write in ${languageName(locale)}.)`;

const [thought, thoughtEnd] = ['<think>', '</think>'];
/** What of a text so far is an answer: what a model thinks aloud before is none, nor is what may yet be a thought. */
export const answerOf = (text: string): string => {
  const start = text.trimStart();
  if (!start.startsWith(thought)) return thought.startsWith(start) ? '' : text;
  const end = start.indexOf(thoughtEnd);
  return end === -1 ? '' : start.slice(end + thoughtEnd.length).trimStart();
};
