import type {Knex} from 'knex';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';

export type Contact = {
  name: string | null;
  email: string | null;
  phone: string | null;
  company: string | null;
  jobTitle: string | null;
};
export type LeadRow = {
  id: string;
  conversation_id: string;
  visitor_id: string;
  site_id: string;
  points: number;
  bar: number;
  contact: string | null;
  created_at: string;
  updated_at: string;
};
export type Qualified = {
  conversationId: string;
  visitorId: string;
  siteId: string;
  points: number;
  bar: number;
  contact: Contact;
};
export type LeadFilter = {
  q?: string | undefined;
  delivery?: string | undefined;
  minPoints?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
};
export type LeadView = {
  id: string;
  conversationId: string;
  visitorId: string;
  siteName: string;
  points: number;
  bar: number;
  delivery: 'queued' | 'delivering' | 'delivered' | 'retrying' | 'failed' | null;
  createdAt: string;
  updatedAt: string;
} & Contact;

const table = 'crm_leads';
const nobody: Contact = {name: null, email: null, phone: null, company: null, jobTitle: null};
/** Facts come in one after the other; a change is sent when they have settled a little. */
const updateDelay = 20_000;
const searched = 2000;
/** How many are read at once where all are wanted. */
const window = 1000;

export const createLeads = (deps: {
  storage: Storage;
  reader: Reader;
  clock: Clock;
  siteNames: (ids: string[]) => Promise<Map<string, string>>;
  /** Wakes the delivery worker after the commit. */
  wake: () => void;
}) => {
  const {storage, reader, clock} = deps;
  /** Without those whose data may only be kept: they are shown to nobody, and sent nowhere. */
  const inUse = (query: Knex.QueryBuilder): void =>
    storage.restrictions.exclude(query, `${table}.visitor_id`);

  const enqueue = async (
    trx: Transaction,
    leadId: string,
    kind: 'lead.qualified' | 'lead.updated',
  ): Promise<void> => {
    // who objects to any processing is sent nowhere
    const withheld = await trx(table).where({id: leadId}).whereNotNull('withheld_at').first('id');
    const connectors: string[] = await trx('crm_connectors').where({enabled: 1}).pluck('id');
    if (connectors.length === 0 || withheld) return;
    const waiting = new Set<string>(
      await trx('crm_deliveries')
        .where({lead_id: leadId})
        .whereIn('state', ['queued', 'retrying'])
        // a worker that takes one now has read the lead as it was
        .forUpdate()
        .pluck('connector_id'),
    );
    const now = clock.iso();
    // what still waits will carry the newest state anyway: it is read when it is sent
    const rows = connectors
      .filter(connectorId => !waiting.has(connectorId))
      .map(connectorId => ({
        id: newId(),
        lead_id: leadId,
        connector_id: connectorId,
        kind,
        state: 'queued',
        attempts: 0,
        next_attempt_at: kind === 'lead.updated' ? addMilliseconds(now, updateDelay) : now,
        lease_owner: null,
        lease_until: null,
        error_code: null,
        error_message: null,
        created_at: now,
        delivered_at: null,
      }));
    if (rows.length > 0) await trx('crm_deliveries').insert(rows);
  };

  const open = (rows: object[]) => reader.open<LeadRow>(table, rows);
  const emailIndex = (email: string): string => storage.personal.index(table, 'email', email);
  const indexOf = ({email}: Contact): string => (email === null ? '' : emailIndex(email));
  const contactOf = (row: LeadRow): Contact => (row.contact ? (JSON.parse(row.contact) as Contact) : nobody);

  const latestDeliveries = async (db: DatabaseOrTransaction, ids: string[]) => {
    const rows: {lead_id: string; state: NonNullable<LeadView['delivery']>}[] = await db('crm_deliveries')
      .whereIn('lead_id', ids)
      .orderBy('id')
      .select('lead_id', 'state');
    return new Map(rows.map(row => [row.lead_id, row.state]));
  };

  const view = async (rows: LeadRow[]): Promise<LeadView[]> => {
    const [deliveries, sites] = await Promise.all([
      latestDeliveries(
        storage.db,
        rows.map(({id}) => id),
      ),
      deps.siteNames([...new Set(rows.map(row => row.site_id))]),
    ]);
    return rows.map(row => ({
      id: row.id,
      conversationId: row.conversation_id,
      visitorId: row.visitor_id,
      siteName: sites.get(row.site_id) ?? '',
      ...contactOf(row),
      points: row.points,
      bar: row.bar,
      delivery: deliveries.get(row.id) ?? null,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }));
  };

  const matches = (lead: LeadView, filter: LeadFilter): boolean => {
    const wanted = filter.q?.trim().toLocaleLowerCase();
    if (filter.delivery && lead.delivery !== filter.delivery) return false;
    if (!wanted) return true;
    return [lead.name, lead.company, lead.email, lead.phone, lead.siteName].some(text =>
      text?.toLocaleLowerCase().includes(wanted),
    );
  };

  /** Names and texts are sealed, and what became of a lead stands elsewhere: these are looked at here. */
  const isInMemory = (filter: LeadFilter): boolean => Boolean(filter.q?.trim() || filter.delivery);

  /** Newest first, those before the cursor. */
  const select = (filter: LeadFilter, cursor: string | undefined, limit: number) =>
    storage
      .db(table)
      .modify(inUse)
      .modify(query => {
        if (cursor) void query.where('id', '<', cursor);
        if (filter.minPoints !== undefined) void query.where('points_personal', '>=', filter.minPoints);
        if (filter.from) void query.where('created_at', '>=', filter.from);
        if (filter.to)
          void query.where(
            'created_at',
            '<',
            addMilliseconds(`${filter.to}T00:00:00.000Z`, 24 * 60 * 60 * 1000),
          );
      })
      .orderBy('id', 'desc')
      .limit(limit);

  const list = async (filter: LeadFilter & {cursor?: string | undefined; limit: number}) => {
    const inMemory = isInMemory(filter);
    const limit = inMemory ? searched : filter.limit;
    const rows = await select(filter, filter.cursor, limit + 1);
    const all = await view(await open(rows.slice(0, limit)));
    const found = inMemory ? all.filter(lead => matches(lead, filter)) : all;
    return {
      leads: found.slice(0, filter.limit),
      nextCursor: !inMemory && rows.length > limit ? (all.at(-1)?.id ?? null) : null,
    };
  };

  /** Every lead that fits, however many there are: read in windows, of which only the ids are kept. */
  const matching = async (filter: LeadFilter): Promise<string[]> => {
    const found: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const rows: {id: string}[] = isInMemory(filter)
        ? await select(filter, cursor, window)
        : await select(filter, cursor, window).select('id');
      const fit = isInMemory(filter)
        ? (await view(await open(rows))).filter(lead => matches(lead, filter))
        : rows;
      found.push(...fit.map(({id}) => id));
      if (rows.length < window) return found;
      cursor = rows.at(-1)?.id;
    }
  };

  /** These leads one after the other; one that was removed meanwhile is left out. */
  const each = async function* (ids: readonly string[]): AsyncGenerator<LeadView> {
    for (let start = 0; start < ids.length; start += window) {
      const some = ids.slice(start, start + window);
      yield* await view(
        await open(await storage.db(table).whereIn('id', some).modify(inUse).orderBy('id', 'desc')),
      );
    }
  };

  return {
    /** In the transaction that says a conversation passed the bar: the lead and its deliveries, or nothing. */
    qualified: async (trx: Transaction, lead: Qualified): Promise<void> => {
      const now = clock.iso();
      const [known] = await open(await trx(table).where({conversation_id: lead.conversationId}));
      const contact = JSON.stringify(lead.contact);
      if (known) {
        if (known.contact === contact && known.points === lead.points) return;
        const [row] = await storage.personal.seal(table, [
          {id: known.id, visitor_id: known.visitor_id, points: lead.points, contact},
        ]);
        await trx(table)
          .where({id: known.id})
          .update({...row, email_index: indexOf(lead.contact), updated_at: now});
        await enqueue(trx, known.id, 'lead.updated');
      } else {
        const id = newId();
        const [row] = await storage.personal.seal(table, [
          {
            id,
            conversation_id: lead.conversationId,
            visitor_id: lead.visitorId,
            site_id: lead.siteId,
            points: lead.points,
            bar: lead.bar,
            contact,
            email_index: indexOf(lead.contact),
            created_at: now,
            updated_at: now,
          },
        ]);
        await trx(table).insert(row);
        await enqueue(trx, id, 'lead.qualified');
      }
    },
    wake: deps.wake,
    list,
    matching,
    each,

    get: async (id: string): Promise<LeadView> => {
      const [lead] = await view(await open(await storage.db(table).where({id}).modify(inUse)));
      if (!lead) throw new AppError('not_found', 'crm.lead_not_found', 'This lead does not exist any more.');
      return lead;
    },

    /** What a delivery says of a lead; undefined when its person was erased. */
    payload: async (id: string) => {
      const [row] = await open(await storage.db(table).where({id}).modify(inUse));
      if (!row || row.contact === null) return undefined;
      const [lead] = await view([row]);
      return lead && {...lead, contact: contactOf(row)};
    },

    visitorOf: async (db: DatabaseOrTransaction, id: string): Promise<string | undefined> =>
      (await db<LeadRow>(table).where({id}).first('visitor_id'))?.visitor_id,
    /** Whose lead names this address. */
    personsByEmail: async (db: DatabaseOrTransaction, email: string): Promise<string[]> =>
      db(table)
        .where({email_index: emailIndex(email)})
        .distinct()
        .pluck('visitor_id'),
    /** Leads of before there was an index get one. */
    indexAddresses: async (): Promise<void> => {
      for (let cursor = ''; ; ) {
        const rows = await storage
          .db(table)
          .where('id', '>', cursor)
          .whereNull('email_index')
          .orderBy('id')
          .limit(window);
        for (const row of await open(rows))
          await storage
            .db(table)
            .where({id: row.id})
            .update({email_index: indexOf(contactOf(row))});
        if (rows.length < window) return;
        cursor = (rows.at(-1) as {id: string}).id;
      }
    },
    has: async (db: DatabaseOrTransaction, conversationId: string): Promise<boolean> =>
      (await db(table).where({conversation_id: conversationId}).first('id')) !== undefined,
    /** Nothing of this person is delivered any more, neither what waits nor what comes. */
    withhold: async (trx: Transaction, visitorId: string): Promise<void> => {
      const leads: string[] = await trx(table).where({visitor_id: visitorId}).pluck('id');
      await trx(table).whereIn('id', leads).update({withheld_at: clock.iso()});
      await trx('crm_deliveries').whereIn('lead_id', leads).whereIn('state', ['queued', 'retrying']).delete();
    },

    countSince: async (db: DatabaseOrTransaction, since: string): Promise<number> =>
      ((await db(table).where('created_at', '>=', since).count({n: '*'}).first()) as {n: number}).n,
  };
};
export type Leads = ReturnType<typeof createLeads>;
