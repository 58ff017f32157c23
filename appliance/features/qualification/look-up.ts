import type {Citation, Locale} from '../../kit/schema.ts';
import {asksPrice as asksPriceIn, type LookedUp, type ReplyInput, wantsKnowledge} from './engine/index.ts';
import {fold} from './engine/text.ts';

export type Knowledge = {
  /** Whether there is anything to quote. */
  hasAny: () => Promise<boolean>;
  /** The passage that answers, and the words of the question that name a thing. */
  find: (question: {
    text: string;
    locale: Locale;
    price: boolean;
  }) => Promise<{words: string[]; citation: Citation | null}>;
};

export const asksPrice = (text: string): boolean => asksPriceIn(fold(text).text);

/** The sentences that ask, of a message that also tells. */
const questionsIn = (text: string): string =>
  text
    .split(/(?<=[.!?])\s+|\n/)
    .filter(sentence => /[?？]\s*$/u.test(sentence))
    .join(' ');

/** Asks the knowledge where the playbook has no answer: for the question alone, then for all that was said with it. */
export const lookUp = async (
  knowledge: Knowledge,
  input: Pick<ReplyInput, 'playbook' | 'locale' | 'visitorText' | 'intents' | 'before'> & {
    /** What the visitor writes in. */
    language: Locale;
  },
): Promise<LookedUp | undefined> => {
  if (!wantsKnowledge(input) || !(await knowledge.hasAny())) return undefined;
  const {visitorText, language, intents} = input;
  const price = asksPrice(visitorText) || intents.some(({intent}) => intent === 'pricing');
  const question = questionsIn(visitorText) || visitorText;
  const found = await knowledge.find({text: question, locale: language, price});
  if (found.citation || question === visitorText) return found;
  const {citation} = await knowledge.find({text: visitorText, locale: language, price});
  return {words: found.words, citation};
};
