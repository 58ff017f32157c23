import {z} from 'zod';
import {id, instant} from '../../kit/schema.ts';

/** available: may be offered conversations. Only an agent with an open console counts as reachable. */
export const presence = z.enum(['available', 'away']);
export const agentPresence = z.object({
  agentId: id,
  name: z.string(),
  presence,
  connected: z.boolean(),
  conversations: z.number().int(),
  since: instant,
});
export const listPresence = {response: z.object({agents: z.array(agentPresence)})};
export const setPresence = {body: z.object({presence}), response: agentPresence};
