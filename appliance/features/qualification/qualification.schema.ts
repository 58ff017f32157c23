import {z} from 'zod';
import {instant} from '../../kit/schema.ts';

/** The playbook's own shape is `engine/playbook.schema.ts`; here it travels as checked JSON. */
export const playbookSummary = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number().int(),
  bar: z.number(),
  languages: z.array(z.string()),
  updatedAt: instant,
});
export const listPlaybooks = {response: z.object({playbooks: z.array(playbookSummary)})};
export const getPlaybook = {
  params: z.object({playbookId: z.string().max(60)}),
  response: z.object({playbook: playbookSummary, content: z.record(z.string(), z.unknown())}),
};
export const putPlaybook = {
  params: z.object({playbookId: z.string().max(60)}),
  body: z.object({content: z.record(z.string(), z.unknown())}),
  response: getPlaybook.response,
};
