import type {User} from './session.tsx';

type Role = User['role'];

/** What each role is called and may do, in the words of the person who gives it. */
export const roleWords: Record<Role, {label: string; means: string}> = {
  agent: {label: 'Agent', means: 'Answers visitors, sees conversations and leads.'},
  privacy_officer: {
    label: 'Privacy officer',
    means:
      'Sees what is kept of people: requests and their papers, data map, register, notice, consents, usage, residency, retention, the audit log with names, leads and their export. Keeps the privacy contact and changes nothing else. No conversations.',
  },
  auditor: {
    label: 'Auditor',
    means:
      'Reads evidence until a day you choose: data map, register, notice, residency, retention, and the audit log without personal details. No conversation, lead or name.',
  },
  administrator: {label: 'Administrator', means: 'May see and change everything in this console.'},
};
export const roleChoices = Object.entries(roleWords).map(([value, {label, means}]) => ({
  value: value as Role,
  label,
  means,
}));

/** How an auditor knows a person: by the end of their id, the same in every log. */
export const pseudonym = (id: string): string => `person ${id.slice(-8)}`;

/** An auditor's access ends within this many days. */
const longestDays = 90;
const asDay = (at: Date) =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(part => String(part).padStart(2, '0')).join('-');
const inDays = (days: number) => {
  const at = new Date();
  at.setDate(at.getDate() + days);
  return asDay(at);
};

export const accessDays = {
  first: () => inDays(0),
  last: () => inDays(longestDays - 1),
  usual: () => inDays(30),
};
/** The whole of that day, where the administrator is. */
export const endOfDay = (day: string): string => new Date(`${day}T23:59:59`).toISOString();
export const dayOf = (iso: string): string => asDay(new Date(iso));
export const accessDayProblem = (day: string): string | null =>
  /^\d{4}-\d\d-\d\d$/.test(day) && day >= accessDays.first() && day <= accessDays.last()
    ? null
    : `Choose a day from today on, within ${longestDays} days. It can be extended later.`;
