import type {Clock} from '../../kit/clock.ts';
import type {DatabaseOrTransaction, Storage} from '../../storage/index.ts';

export type AgentPresence = {
  agentId: string;
  name: string;
  presence: 'available' | 'away';
  connected: boolean;
  conversations: number;
  since: string;
};
type PresenceRow = {user_id: string; presence: 'available' | 'away'; since: string};

export type RoutingDeps = {
  storage: Storage;
  clock: Clock;
  agents: () => Promise<{id: string; name: string}[]>;
  /** How many conversations each agent has open. */
  load: (db: DatabaseOrTransaction) => Promise<Map<string, number>>;
  /** Told whenever somebody becomes reachable or stops being it. */
  onChange: () => void;
};

/** Who can be reached: available by their own word, and with a console open. */
export const createRouting = (deps: RoutingDeps) => {
  const {storage, clock} = deps;
  const table = 'routing_presence';
  const connections = new Map<string, number>();
  const presences = new Map<string, PresenceRow>();

  const find = async (userId: string): Promise<PresenceRow> => {
    const row =
      presences.get(userId) ??
      (await storage.db<PresenceRow>(table).where({user_id: userId}).first()) ??
      ({user_id: userId, presence: 'available', since: clock.iso()} as const);
    presences.set(userId, row);
    return row;
  };

  const reachable = (): string[] =>
    [...connections.keys()].filter(userId => presences.get(userId)?.presence === 'available');

  return {
    personFree: (): boolean => reachable().length > 0,

    /** Counts an open console; call the result when it closes. */
    connected: async (userId: string): Promise<{presence: 'available' | 'away'; leave: () => void}> => {
      const {presence} = await find(userId);
      connections.set(userId, (connections.get(userId) ?? 0) + 1);
      if (connections.get(userId) === 1) deps.onChange();
      let left = false;
      return {
        presence,
        leave: () => {
          if (left) return;
          left = true;
          const open = (connections.get(userId) ?? 1) - 1;
          if (open > 0) connections.set(userId, open);
          else connections.delete(userId);
          if (open <= 0) deps.onChange();
        },
      };
    },

    setPresence: async (userId: string, presence: 'available' | 'away'): Promise<void> => {
      const row = {user_id: userId, presence, since: clock.iso()};
      await storage.db(table).insert(row).onConflict('user_id').merge();
      presences.set(userId, row);
      deps.onChange();
    },

    list: async (): Promise<AgentPresence[]> => {
      const [agents, load] = await Promise.all([deps.agents(), deps.load(storage.db)]);
      return Promise.all(
        agents.map(async ({id, name}) => {
          const {presence, since} = await find(id);
          return {
            agentId: id,
            name,
            presence,
            since,
            connected: connections.has(id),
            conversations: load.get(id) ?? 0,
          };
        }),
      );
    },

    /** Why a person is called, in a sentence for the agents' list. */
    reason: (why: string): string =>
      ({
        asked: 'The visitor asked for a person.',
        qualified: 'The score passed the bar of the playbook.',
        handed_back: 'A colleague handed the conversation back.',
        unavailable: 'The AI cannot answer at the moment.',
        objected: 'The visitor wants no AI.',
        unknown: 'The visitor asked something that neither playbook nor knowledge answers.',
      })[why] ?? '',
  };
};
export type Routing = ReturnType<typeof createRouting>;
