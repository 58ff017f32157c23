/** Words and times of the inbox. */
import type {
  ConversationSummary,
  Message,
} from '../../appliance/features/conversations/conversations.schema.ts';
import type {FactField, Locale} from '../../appliance/kit/schema.ts';
import type {GroupKey} from './inbox-list.ts';

export const groupWords: Record<GroupKey, string> = {
  waiting: 'Waiting for a person',
  ai: 'With the AI',
  mine: 'Yours',
  others: 'With colleagues',
  earlier: 'Earlier, visitor gone',
  closed: 'Closed',
};
export const languageWords: Record<Locale, string> = {
  en: 'English',
  de: 'German',
  fr: 'French',
  es: 'Spanish',
};
export const fieldWords: Record<FactField, string> = {
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  company: 'Company',
  job_title: 'Job title',
  company_size: 'Company size',
  budget: 'Budget',
  timeline: 'Timeline',
  need: 'Need',
  authority: 'Authority',
  intent: 'Intent',
};
export const whyWords: Record<NonNullable<ConversationSummary['waiting']>['why'], string> = {
  asked: 'The visitor asked for a person.',
  qualified: 'The score passed the bar of the playbook.',
  handed_back: 'A colleague handed the conversation back.',
  unavailable: 'The AI cannot answer at the moment.',
  objected: 'The visitor wants no AI. It stays out, and reads nothing.',
  unknown: 'They asked something that neither playbook nor knowledge answers. The AI goes on meanwhile.',
};

export const eventWords = (event: NonNullable<Message['event']>, visitor: string, agent: string | null) => {
  const who = agent ?? 'Somebody';
  return {
    human_requested: `${visitor} asked for a person`,
    ai_objected: `${visitor} wants no AI. From here on it neither answers nor reads`,
    agent_joined: `${who} joined. The AI is quiet`,
    handed_back: `${who} handed the conversation back to the AI`,
    closed: agent === null ? 'Closed' : `${who} closed the conversation`,
    reopened: `${visitor} wrote again. The conversation is open`,
  }[event];
};

/** What a list row says under the name. */
export const snippetOf = ({lastMessage, state, agent}: ConversationSummary): string => {
  if (lastMessage && lastMessage.kind !== 'system') return lastMessage.text;
  if (state === 'closed') return 'Closed';
  if (state === 'waiting') return 'Asked for a person';
  return state === 'agent' ? `${agent?.name ?? 'A person'} joined` : 'Back with the AI';
};

/** 1:48, from an hour on 1:02:05. */
export const stopwatch = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};
/** The same for a screen reader. */
export const spokenDuration = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours === 1 ? 'over an hour' : `over ${hours} hours`;
};
export const shortAgo = (iso: string, now: number): string => {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
};

const longDay = new Intl.DateTimeFormat(undefined, {weekday: 'long', day: 'numeric', month: 'long'});
const dayWithYear = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'long', year: 'numeric'});
/** Today, Yesterday, a weekday, a date. */
export const dayWords = (iso: string, now: number): string => {
  const at = new Date(iso);
  const today = new Date(now);
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (at.toDateString() === today.toDateString()) return 'Today';
  if (at.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return (at.getFullYear() === today.getFullYear() ? longDay : dayWithYear).format(at);
};

/** "example.com/prices": the page without the scheme. */
export const pageWords = (page: string): string => {
  if (!URL.canParse(page)) return page;
  const {host, pathname} = new URL(page);
  return pathname === '/' ? host : host + decodeSafely(pathname);
};
const decodeSafely = (path: string): string => {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
};
