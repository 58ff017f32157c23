import type {Erasures} from './erasures.ts';
import type {RequestDeps} from './requests.deps.ts';
import type {RequestDetail, SubjectRequest} from './requests.schema.ts';
import {pending, type RequestRow, type RequestStore} from './requests.store.ts';

const isPending = (state: RequestRow['state']): boolean => (pending as readonly string[]).includes(state);

/** Requests as the console shows them. */
export const createViews = (deps: RequestDeps & {store: RequestStore; erasures: Erasures}) => {
  const {storage, clock, store, erasures} = deps;

  const summary = (row: RequestRow, persons: number): SubjectRequest => ({
    id: row.id,
    kind: row.kind,
    objection: row.objection,
    state: row.state,
    origin: row.origin,
    proof: row.proof,
    language: row.language,
    createdAt: row.created_at,
    dueAt: row.due_at,
    overdue: isPending(row.state) && row.due_at < clock.iso(),
    extended: row.extended_at !== null,
    closedAt: row.closed_at,
    outcome: row.outcome,
    persons,
    hasCertificate: row.certificate !== null,
  });

  const detail = async (id: string): Promise<RequestDetail> => {
    const row = await store.get(storage.db, id);
    const [persons, rows] = await Promise.all([store.persons(storage.db, id), erasures.of(storage.db, id)]);
    const crm = await deps.crm.progress(
      storage.db,
      rows.map(one => one.id),
    );
    const names = await deps.userNames([row.opened_by, row.closed_by].filter(one => one !== null));
    const conversations = await Promise.all(
      persons.map(async visitorId =>
        (await deps.persons.conversationsOf(storage.db, visitorId)).map(one => ({id: one, visitorId})),
      ),
    );
    return {
      ...summary(row, Math.max(persons.length, rows.length)),
      address: row.address,
      words: row.words,
      extension: row.extension,
      answer: row.answer,
      openedBy: row.opened_by && (names.get(row.opened_by) ?? 'a former user'),
      closedBy: row.closed_by && (names.get(row.closed_by) ?? 'a former user'),
      conversations: conversations.flat(),
      erasures: rows.map(one => ({
        id: one.id,
        state: one.state,
        pseudonym: one.pseudonym,
        steps: erasures.stepsOf(one),
        crm: crm.get(one.id) ?? [],
        kept:
          one.kept === null ? null : {why: one.kept, reason: one.kept_reason ?? '', until: one.kept_until},
        erasedAt: one.erased_at,
      })),
    };
  };

  return {
    detail,
    list: async (query: {
      state?: 'open' | 'closed' | undefined;
      cursor?: string | undefined;
      limit: number;
    }) => {
      const {rows, nextCursor} = await store.page(query);
      const [counts, persons] = await Promise.all([
        store.counts(clock.iso()),
        store.countPersons(rows.map(({id}) => id)),
      ]);
      return {requests: rows.map(row => summary(row, persons.get(row.id) ?? 0)), nextCursor, counts};
    },
    counts: () => store.counts(clock.iso()),
    /** For the first page: whether somebody waits longer than the law allows. */
    finding: async (): Promise<{
      check: string;
      severity: 'ok' | 'attention' | 'danger';
      state: string;
      meaning: string;
      mend: string | null;
    }> => {
      const {open, overdue} = await store.counts(clock.iso());
      const many = (count: number) => `${count} ${count === 1 ? 'request is' : 'requests are'}`;
      return {
        check: 'Privacy requests',
        severity: overdue > 0 ? 'danger' : open > 0 ? 'attention' : 'ok',
        state: overdue > 0 ? `${many(overdue)} overdue.` : open > 0 ? `${many(open)} open.` : 'None is open.',
        meaning: 'People who ask about their data are answered within one month (Art. 12(3)).',
        mend: open > 0 ? 'Open Privacy, Requests, and answer the oldest one first.' : null,
      };
    },
  };
};
export type Views = ReturnType<typeof createViews>;
