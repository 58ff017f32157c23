import type {Mailbox} from '../../adapters/mail/contract.ts';
import {isOneCertificate} from '../../kit/certificate.ts';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import type {ExceptionTerms} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import type {MailInput} from './mail.schema.ts';

const table = 'mail_servers';
const id = 'server';

type Row = {
  id: typeof id;
  destination_id: string;
  host: string;
  port: number;
  tls: MailInput['tls'];
  authority: string | null;
  /** JSON, opened; so are the two below. */
  sender: string;
  user: string | null;
  password: string | null;
  set_by: string;
  set_at: string;
};
export type MailServer = Omit<Row, 'id' | 'sender' | 'destination_id' | 'set_by' | 'set_at'> & {
  destinationId: string;
  sender: Mailbox;
  setBy: string;
  setAt: string;
};

type Place = {host: string; port: number; region: string; private: boolean};
export type MailServerDeps = {
  storage: Storage;
  clock: Clock;
  reader: Reader;
  destinations: {
    /** Throws where the place is not inside the region. */
    declare: (
      trx: Transaction,
      input: Place & {
        categories: string[];
        plain: false;
        owner: string;
        declaredBy: string;
        exception?: ExceptionTerms | undefined;
        /** Its approval goes on where nothing is widened. */
        replaces?: string | undefined;
      },
    ) => Promise<string>;
    remove: (trx: Transaction, id: string) => Promise<void>;
    /** Until a second person has agreed, it is not reached. */
    list: () => Promise<(Place & {id: string; state: 'in_force' | 'waiting' | 'refused'})[]>;
    /** Told after the commit; resolves once the broker goes by it. */
    changed: () => Promise<void>;
  };
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

const wrong = (field: string, message: string): AppError =>
  new AppError('invalid', 'mail.bad_settings', message, {details: {fields: [{path: field, message}]}});

/** The organisation's mail server: one, declared like every other destination. */
export const createMailServer = (deps: MailServerDeps) => {
  const {storage, clock, destinations} = deps;

  const find = async (db: DatabaseOrTransaction = storage.db): Promise<MailServer | undefined> => {
    const [row] = await deps.reader.open<Row>(table, await db(table).where({id}));
    if (!row) return undefined;
    const {sender, destination_id, set_by, set_at, ...rest} = row;
    return {
      ...rest,
      sender: JSON.parse(sender) as Mailbox,
      destinationId: destination_id,
      setBy: set_by,
      setAt: set_at,
    };
  };

  return {
    find,

    /** Whether letters may leave: one is set, and its host is agreed to. */
    mayBeReached: async (): Promise<boolean> => {
      const server = await find();
      if (!server) return false;
      // one whose declaration is gone is tried, and refused in words
      const place = (await destinations.list()).find(one => one.id === server.destinationId);
      return place === undefined || place.state === 'in_force';
    },

    view: async () => {
      const server = await find();
      if (!server) return null;
      const place = (await destinations.list()).find(one => one.id === server.destinationId);
      return {
        host: server.host,
        port: server.port,
        tls: server.tls,
        user: server.user,
        from: server.sender,
        authority: server.authority,
        region: place?.region ?? '',
        private: place?.private ?? false,
        state: place?.state ?? 'refused',
        hasPassword: server.password !== null,
        setAt: server.setAt,
        setBy: server.setBy,
      };
    },

    put: async (input: MailInput, actorId: string): Promise<void> => {
      const authority = input.authority === '' ? null : input.authority;
      if (authority !== null && !isOneCertificate(authority))
        throw wrong('authority', 'Paste one certificate in PEM, from BEGIN CERTIFICATE to END CERTIFICATE.');
      await storage.transaction(async trx => {
        const old = await find(trx);
        // a password never goes to another host, or under another name, than it was given for
        const same = old !== undefined && old.host === input.host && old.user === input.user;
        const password = input.user === null ? null : (input.password ?? (same ? old.password : null));
        if (input.user !== null && password === null)
          throw wrong('password', 'Write the password that belongs to this user at this server.');
        const destinationId = await destinations.declare(trx, {
          host: input.host,
          port: input.port,
          region: input.region,
          private: input.private,
          categories: ['D1'],
          plain: false,
          owner: 'mail',
          declaredBy: actorId,
          exception: input.exception,
          replaces: old?.destinationId,
        });
        const row: Row = {
          id,
          destination_id: destinationId,
          host: input.host,
          port: input.port,
          tls: input.tls,
          authority,
          sender: JSON.stringify(input.from),
          user: input.user,
          password,
          set_by: actorId,
          set_at: clock.iso(),
        };
        const [sealed] = await storage.personal.seal(table, [row]);
        await trx(table)
          .insert(sealed ?? {})
          .onConflict('id')
          .merge();
        await deps.audit(trx, {
          actorId,
          action: old ? 'mail.server_changed' : 'mail.server_set',
          subjectId: id,
          detail: {
            host: `${input.host}:${input.port}`,
            tls: input.tls,
            region: input.region,
            password: input.password === undefined ? (password === null ? 'none' : 'kept') : 'given',
          },
        });
      });
      await destinations.changed();
    },

    remove: async (actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const row = await find(trx);
        if (!row) throw new AppError('not_found', 'mail.no_server', 'No mail server is set.');
        await trx(table).where({id}).delete();
        await destinations.remove(trx, row.destinationId);
        await deps.audit(trx, {
          actorId,
          action: 'mail.server_removed',
          subjectId: id,
          detail: {host: `${row.host}:${row.port}`},
        });
      });
      await destinations.changed();
    },
  };
};
export type MailServerService = ReturnType<typeof createMailServer>;
