import type {
  RequestDetail,
  SubjectRequest,
} from '../../../../appliance/features/privacy/requests/requests.schema.ts';
import type {Tone} from '../../../shared/components/state.tsx';
import {formatDay, plural} from '../../../shared/format.ts';

export type {RequestDetail, SubjectRequest};
export const path = '/api/admin/privacy-requests';

export const kindWords: Record<SubjectRequest['kind'], {label: string; means: string}> = {
  access: {label: 'Access', means: 'A copy of everything that is kept (Art. 15).'},
  portability: {
    label: 'Portability',
    means: 'What they gave themselves, as a file for another service (Art. 20).',
  },
  rectification: {label: 'Rectification', means: 'Something that was noted is wrong (Art. 16).'},
  objection: {label: 'Objection', means: 'To AI, to usage monitoring, or to any processing (Art. 21).'},
  erasure: {label: 'Erasure', means: 'Everything that is kept goes, in the CRM, too (Art. 17).'},
  review: {label: 'Review by a person', means: 'What a score decided, a person decides (Art. 22).'},
};
export const objectionWords: Record<NonNullable<SubjectRequest['objection']>, string> = {
  ai: 'to AI',
  usage: 'to usage monitoring',
  all: 'to any processing',
};
export const kindOf = ({kind, objection}: SubjectRequest): string =>
  `${kindWords[kind].label}${objection === null ? '' : ` ${objectionWords[objection]}`}`;

export const stateWords: Record<SubjectRequest['state'], {tone: Tone; word: string}> = {
  unproved: {tone: 'no', word: 'Waiting for the code'},
  open: {tone: 'at', word: 'A person has to act'},
  running: {tone: 'in', word: 'Being carried out'},
  held: {tone: 'at', word: 'Held back'},
  done: {tone: 'ok', word: 'Done'},
  refused: {tone: 'no', word: 'Refused'},
};
export const outcomeWords: Record<string, string> = {
  erased: 'Erased, with a certificate',
  nothing_kept: 'Nothing was kept of them',
  objected: 'The objection is in force',
  copy_given: 'The copy was given in the chat',
  answered: 'Answered by a person',
  refused: 'Refused, with the reason',
  decided_qualified: 'A person decided: qualified',
  decided_not_qualified: 'A person decided: not qualified',
};
export const proofWords: Record<NonNullable<SubjectRequest['proof']>, string> = {
  session: 'by their open chat',
  mail: 'by a code sent to their address',
  console: 'by whoever entered it here',
};
export const storeWords: Record<string, string> = {
  privacy: 'Links to requests',
  mail: 'Letters',
  crm: 'Leads and their deliveries',
  qualification: 'Facts and scores',
  conversations: 'Conversations and visit',
  keys: 'Key of the person',
};
export const crmWords: Record<
  RequestDetail['erasures'][number]['crm'][number]['state'],
  {tone: Tone; word: string}
> = {
  queued: {tone: 'in', word: 'Waiting to be told'},
  sending: {tone: 'in', word: 'Being told'},
  retrying: {tone: 'at', word: 'Will be told again'},
  done: {tone: 'ok', word: 'Deletion confirmed'},
  failed: {tone: 'da', word: 'A person has to delete it'},
  by_hand: {tone: 'ok', word: 'Deleted by a person'},
};

const day = 24 * 60 * 60 * 1000;
/** How the deadline stands: whole days, since nobody works by hours here. */
export const clockOf = ({dueAt, overdue, closedAt}: SubjectRequest): {tone: Tone; word: string} => {
  if (closedAt !== null) return {tone: 'no', word: `Closed ${formatDay(closedAt)}`};
  const days = Math.floor((Date.parse(dueAt) - Date.now()) / day);
  if (overdue) return {tone: 'da', word: `Overdue since ${formatDay(dueAt)}`};
  return {
    tone: days < 7 ? 'at' : 'no',
    word: `${plural(Math.max(days, 0), 'day')} left, until ${formatDay(dueAt)}`,
  };
};
