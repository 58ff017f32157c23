import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import type {Role} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Reader, Storage, Transaction} from '../../storage/index.ts';
import type {User} from './accounts.schema.ts';
import {hashPassword} from './password.ts';
import {createAccessEnd} from './access-end.ts';
import {createInvitations} from './invitations.ts';
import {type AccessNotice, createNotices} from './notices.ts';
import {createPeople, toUser} from './people.ts';
import {createSecondFactor} from './second-factor.ts';
import {createSecondFactorPolicy} from './second-factor-policy.ts';
import {createSecondFactorStore} from './second-factor.store.ts';
import {createSessions, type Session} from './sessions.ts';
import {createSignIn} from './sign-in.ts';
import {createUserStore} from './users.store.ts';

export type AccountsDeps = {
  storage: Storage;
  clock: Clock;
  readers: {administration: Reader; security: Reader; service: Reader; crm: Reader};
  audit: (
    trx: Transaction,
    entry: {
      actorId: string | null;
      action: string;
      subjectId: string | null;
      detail: Record<string, unknown>;
    },
  ) => Promise<void>;
  /** One-time links by mail, where a mail server is set; without one they are shown and nothing else. */
  mail: {
    /** In this transaction; false where none is set. */
    send: (
      trx: Transaction,
      mail: {
        personId: string;
        to: {name: string; address: string};
        language: Locale;
        kind: 'invitation' | 'password_reset' | AccessNotice;
        link: string | null;
        /** An instant that the letter speaks of. */
        says?: {until: string; timeZone: string};
        expiresAt: string;
        key: string;
      },
    ) => Promise<boolean>;
    /** Takes back the links that were not sent to this person; what has happened they are told all the same. */
    withdraw: (trx: Transaction, personId: string) => Promise<void>;
    /** After the commit. */
    wake: () => void;
  };
  /** The page a one-time link leads to. */
  linkFor: (token: string) => string;
  /** A user's sessions are over (all, one, or all but one): whatever is still connected with them must go. */
  ended: (userId: string, which?: {only?: string; except?: string}) => void;
};

export const createAccounts = (deps: AccountsDeps) => {
  const {storage, clock} = deps;
  const {db} = storage;
  const users = createUserStore(storage.personal);
  const factors = createSecondFactorStore(storage.personal, deps.readers.security);
  const sessions = createSessions({storage, clock});
  const parts = {...deps, users, sessions, factors, tell: createNotices({...deps, users})};
  const secondFactor = createSecondFactor(parts);
  const accessEnd = createAccessEnd(parts);
  const {get, ...people} = createPeople(parts);

  return {
    ...createSignIn({...parts, secondFactor}),
    ...people,
    ...createInvitations({...parts, person: get}),
    ...accessEnd,
    secondFactor: {...secondFactor, ...createSecondFactorPolicy(parts)},
    hashPassword,
    find: async (id: string): Promise<User | undefined> => {
      const [row] = await users.open(db, deps.readers.service, [id]);
      return row && toUser(row, clock.iso(), await factors.owners(db, [id]));
    },
    list: async (): Promise<User[]> => {
      const [rows, owners] = await Promise.all([
        users.list(db, deps.readers.administration),
        factors.owners(db),
      ]);
      return rows.map(row => toUser(row, clock.iso(), owners));
    },
    administrators: users.administrators,
    /** Where letters about the appliance itself go, in the caller's transaction. */
    mailboxes: async (
      trx: Transaction,
      ids: readonly string[],
    ): Promise<{id: string; name: string; email: string; language: Locale}[]> =>
      (await users.open(trx, deps.readers.administration, ids)).flatMap(({id, name, email, languages}) =>
        name === null || email === null
          ? []
          : [{id, name, email, language: (JSON.parse(languages) as Locale[])[0] ?? 'en'}],
      ),
    /** For showing who did something here, or for the CRM; people who are gone are left out. */
    names: async (ids: readonly string[], why: 'service' | 'crm' = 'service'): Promise<Map<string, string>> =>
      new Map(
        (await users.names(db, deps.readers[why], ids)).flatMap(({id, name}) =>
          name === null ? [] : [[id, name]],
        ),
      ),

    /** For the set-up and the demo: a user with a password already hashed. */
    insert: async (
      trx: Transaction,
      user: {name: string; email: string; role: Role; languages: Locale[]; passwordHash: string},
    ): Promise<string> => {
      const id = newId();
      await storage.keys.create(id);
      await users.insert(trx, {...user, id, accessEndsAt: null, at: clock.iso()});
      return id;
    },

    /** `identify.user` of `http/`. */
    session: async (token: string): Promise<Session | undefined> => {
      const found = await sessions.find(token);
      // one that is over may be because its person's access has ended: that is written down, where there is room on the disk
      if (!found) await accessEnd.endOverdueAccess().catch(() => undefined);
      return found;
    },
    csrfToken: sessions.csrfToken,
    roleInSession: sessions.roleIn,
  };
};
export type Accounts = ReturnType<typeof createAccounts>;
