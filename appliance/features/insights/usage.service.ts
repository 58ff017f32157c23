import type {Clock} from '../../kit/clock.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Visit} from '../../kit/visit.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import {keepOf, nothingOf, type Policy, readMode, readPolicy} from './usage.policy.ts';
import type {UsageCategory, UsageMode, UsageStanding} from './usage.schema.ts';
import {type Answer, createUsageStore, type UsageStore} from './usage.store.ts';
import {asShown, fillWords, questionOf, usageTexts} from './usage.texts.ts';

/** Whose chat it is, as their token says. */
export type Session = {visitorId: string; conversationId: string; siteId: string};
/** What the ledger keeps of it. */
export type Told = {
  kind: 'usage_monitoring';
  act: 'shown' | 'noted' | 'given' | 'refused' | 'objected' | 'withdrawn';
  how: 'chat_opened' | 'chat_bar' | 'privacy_panel' | 'browser_signal' | 'privacy_request';
  language: Locale;
  text?: string;
};

export type UsageDeps = {
  storage: Storage;
  reader: Reader;
  clock: Clock;
  /** What parts of this version measure; the rest is off, whatever the switch says. */
  measures: readonly UsageCategory[];
  company: (db: DatabaseOrTransaction) => Promise<string>;
  consents: (trx: Transaction, who: Session & {page: string | null}, told: Told[]) => Promise<void>;
  /** What stands with the visitor since the chat was opened. */
  visits: {
    of: (visitorId: string) => Promise<Visit>;
    keep: (trx: Transaction, visitorId: string, visit: Visit) => Promise<void>;
  };
  audit: (
    trx: Transaction,
    entry: {action: string; visitorId: string; conversationId: string},
  ) => Promise<void>;
};

export const isOn = (answer: Answer | null, mode: UsageMode): boolean =>
  answer === 'agreed' || (mode === 'inform' && (answer === null || answer === 'noted'));

/** The visitor's side: what they are told, what they answer, and what they may see of it. */
export const createUsage = (deps: UsageDeps) => {
  const {storage, clock} = deps;
  const store: UsageStore = createUsageStore(storage.personal, deps.reader);
  const measuredBy = (policy: Policy) => policy.collected.filter(one => deps.measures.includes(one));

  const inForce = async (db: DatabaseOrTransaction, siteId: string, language: Locale) => {
    // one after the other: a transaction has one line to the database
    const policy = await readPolicy(db);
    const mode = await readMode(db, siteId);
    const company = await deps.company(db);
    // how often a CRM was called is nothing that a visitor does: the notice says it, where one is connected
    const measured = measuredBy(policy).filter(one => one !== 'crm');
    return {policy, mode, measured, question: questionOf({policy, measured, mode, company, language})};
  };
  type InForce = Awaited<ReturnType<typeof inForce>>;

  const standingOf = ({measured, mode, question}: InForce, answer: Answer | null): UsageStanding => {
    if (measured.length === 0) return {state: 'off', question: null};
    if (answer === null || (answer === 'noted' && mode === 'ask'))
      return {state: mode === 'ask' ? 'ask' : 'on', question};
    return {state: isOn(answer, mode) ? 'on' : 'off', question: null};
  };

  /** Nothing more is measured, and what was is deleted. */
  const end = async (trx: Transaction, {visitorId, conversationId}: Session): Promise<void> => {
    await store.forget(trx, visitorId);
    await deps.visits.keep(trx, visitorId, nothingOf);
    await deps.audit(trx, {action: 'usage.objected', visitorId, conversationId});
  };
  const lockOne = async (trx: Transaction, {visitorId, siteId}: Session) => {
    await store.begin(trx, {visitorId, siteId, at: clock.iso()});
    const [row] = await store.lock(trx, [visitorId]);
    return row?.answer ?? null;
  };

  const buttonOf = ({measured, mode}: InForce, answer: Answer | null, language: Locale) => {
    const t = usageTexts[language];
    if (measured.length === 0) return null;
    return isOn(answer, mode)
      ? {label: t.stop, answer: 'declined' as const}
      : {label: t.allow, answer: 'agreed' as const};
  };
  const meaningOf = ({measured, mode}: InForce, answer: Answer | null, language: Locale): string => {
    const t = usageTexts[language];
    if (measured.length === 0) return t.nothingOn;
    if (isOn(answer, mode)) return t.on;
    if (answer === 'signal') return t.signal;
    return answer === null ? t.open : t.off;
  };

  return {
    store,
    measuredBy,

    /** In the transaction that opens a chat: what of the visit may be stored with it, and what the ledger is told. */
    opening: async (
      trx: Transaction,
      {siteId, language, visit, objects}: {siteId: string; language: Locale; visit: Visit; objects: boolean},
    ): Promise<{kept: Visit; begin: (visitorId: string) => Promise<void>; told: Told[]}> => {
      const now = await inForce(trx, siteId, language);
      const on = now.measured.length > 0 && now.mode === 'inform' && !objects;
      const entry = {kind: 'usage_monitoring', language} as const;
      const told: Told[] = objects
        ? [{...entry, act: 'objected', how: 'browser_signal'}]
        : now.measured.length > 0
          ? [{...entry, act: 'shown', how: 'chat_opened', text: asShown(now.question)}]
          : [];
      return {
        kept: on ? keepOf(now.policy, visit) : nothingOf,
        begin: visitorId => store.begin(trx, {visitorId, siteId, at: clock.iso()}, objects ? 'signal' : null),
        told,
      };
    },

    standing: async (session: Session, language: Locale): Promise<UsageStanding> => {
      const now = await inForce(storage.db, session.siteId, language);
      const row = await store.standing(storage.db, session.visitorId);
      return standingOf(now, row?.answer ?? null);
    },

    /** The browser of somebody who never chose brings an objection. What they chose by hand stands. */
    signalled: async (session: Session, language: Locale): Promise<void> => {
      const known = await store.standing(storage.db, session.visitorId);
      if (known && known.answer !== null && known.answer !== 'noted') return;
      await storage.transaction(async trx => {
        const answer = await lockOne(trx, session);
        if (answer !== null && answer !== 'noted') return;
        await store.answer(trx, session.visitorId, 'signal', clock.iso());
        await deps.consents(trx, {...session, page: null}, [
          {kind: 'usage_monitoring', act: 'objected', how: 'browser_signal', language},
        ]);
        await end(trx, session);
      });
    },

    /** Asked for in a request about their data, from the chat or by mail. */
    objected: async (trx: Transaction, session: Session, language: Locale): Promise<void> => {
      await lockOne(trx, session);
      await store.answer(trx, session.visitorId, 'declined', clock.iso());
      await deps.consents(trx, {...session, page: null}, [
        {kind: 'usage_monitoring', act: 'objected', how: 'privacy_request', language},
      ]);
      await end(trx, session);
    },

    answer: async (
      session: Session,
      given: {
        answer: 'agreed' | 'noted' | 'declined';
        where: 'bar' | 'panel';
        question?: string | undefined;
        language: Locale;
        visit: Visit;
      },
    ): Promise<UsageStanding> =>
      storage.transaction(async trx => {
        const {language, where} = given;
        const now = await inForce(trx, session.siteId, language);
        const before = await lockOne(trx, session);
        const standing = standingOf(now, before);
        const isStale = where === 'bar' && given.question !== standing.question?.id;
        const isNews = given.answer !== before && !(given.answer === 'noted' && before !== null);
        if (now.measured.length === 0 || isStale || !isNews) return standing;
        await store.answer(trx, session.visitorId, given.answer, clock.iso());
        const act = {
          agreed: 'given',
          noted: 'noted',
          declined: before === 'agreed' ? 'withdrawn' : standing.state === 'ask' ? 'refused' : 'objected',
        } as const;
        await deps.consents(trx, {...session, page: given.visit.page}, [
          {
            kind: 'usage_monitoring',
            act: act[given.answer],
            how: where === 'bar' ? 'chat_bar' : 'privacy_panel',
            language,
            text:
              where === 'bar'
                ? asShown(now.question)
                : `${meaningOf(now, before, language)}\n[${buttonOf(now, before, language)?.label}]`,
          },
        ]);
        if (given.answer === 'declined') await end(trx, session);
        if (given.answer === 'agreed')
          await deps.visits.keep(trx, session.visitorId, keepOf(now.policy, given.visit));
        return standingOf(now, given.answer);
      }),

    /** What was measured of the one who asks. */
    own: async (session: Session, language: Locale) => {
      const now = await inForce(storage.db, session.siteId, language);
      const {counts, pages} = await store.of(storage.db, session.visitorId);
      const visit = await deps.visits.of(session.visitorId);
      const t = usageTexts[language];
      const answer = counts?.answer ?? null;
      const one = (value: string | number | null) =>
        value === null || value === '' ? [] : [{value: String(value), at: null}];
      const short = (page: string) => page.replace(/^https?:\/\//, '');
      const seconds = counts?.seconds ?? 0;
      const values: Record<UsageCategory, {value: string; at: string | null}[]> = {
        address: one(visit.ip),
        device: one([visit.device, visit.browser].filter(Boolean).join(', ')),
        pages: [
          ...pages.map(({page, at}) => ({value: short(page ?? ''), at})),
          ...(pages.length === 0 && visit.page !== null ? [{value: short(visit.page), at: null}] : []),
        ],
        time: one(
          seconds === 0
            ? null
            : seconds < 60
              ? t.less
              : fillWords(t.minutes, {count: Math.round(seconds / 60)}),
        ),
        video: one(counts?.video_uses ?? null),
        crm: one(counts?.crm_calls ?? null),
      };
      const shown = [...now.measured, ...(counts?.crm_calls ? (['crm'] as const) : [])];
      return {
        usage: standingOf(now, answer),
        words: {title: t.title, meaning: meaningOf(now, answer, language), nothing: t.nothing},
        button: buttonOf(now, answer, language),
        measured: isOn(answer, now.mode)
          ? shown.map(category => ({category, label: t.labels[category], values: values[category]}))
          : [],
      };
    },

    /** For the rooms that make video calls and speak to a CRM: one more use, where it may be counted. */
    count: async (trx: Transaction, visitorId: string, what: 'video' | 'crm'): Promise<void> => {
      const [row] = await store.lock(trx, [visitorId]);
      if (!row) return;
      if (!isOn(row.answer, await readMode(trx, row.site_id))) return;
      if (!measuredBy(await readPolicy(trx)).includes(what)) return;
      const counter = what === 'video' ? 'video_uses' : 'crm_calls';
      await store.measured(trx, visitorId, {newPages: 0, more: {[counter]: 1}, at: clock.iso()});
    },
  };
};
export type Usage = ReturnType<typeof createUsage>;
