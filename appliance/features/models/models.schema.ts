import {z} from 'zod';
import {exceptionTerms, id, instant, locale} from '../../kit/schema.ts';
import {fit} from './fit.ts';

const sha256 = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, 'Write the SHA-256 as its publisher shows it: 64 digits and letters a to f.');
/** A model in use here is named by its SHA-256; the one that comes with the appliance is `bundled`, the connected one `server`. */
export const modelId = z.union([z.literal(['bundled', 'server']), z.string().regex(/^[0-9a-f]{64}$/)], {
  error: 'This names no model: give its SHA-256, bundled or server.',
});
const kind = z.enum(['labelling', 'instruct', 'embedding']);

export const bench = z.object({
  turnMs: z.number().describe('median of a visitor’s turn'),
  slowestMs: z.number(),
  tokensPerSecond: z.number().nullable(),
  turns: z.number().int(),
  at: instant,
  host: z.string(),
});
export type Bench = z.infer<typeof bench>;

/** On the development set, through the pipeline of real conversations, on this machine. */
export const accuracy = z.object({
  f1: z.number().nullable().describe('over the nine facts'),
  intentsF1: z.number().nullable(),
  invented: z.object({hits: z.number().int(), of: z.number().int()}),
  dialogues: z.number().int(),
  turns: z.number().int(),
  /** Turns on which the model gave no answer. */
  unanswered: z.number().int(),
  turnMs: z.number().nullable(),
  at: instant,
  host: z.string(),
  version: z.string().describe('of the appliance that measured'),
});
export type Accuracy = z.infer<typeof accuracy>;

export const model = z.object({
  id: modelId,
  name: z.string(),
  kind,
  architecture: z.string(),
  size: z.number().describe('bytes'),
  ram: z.number().describe('bytes the model needs in memory, estimated'),
  licence: z.string().nullable(),
  languages: z.array(z.string()),
  source: z.string().nullable(),
  sha256: z.string(),
  bundled: z.boolean(),
  importedAt: instant.nullable(),
  importedBy: z.string().nullable(),
  verifiedAt: instant.nullable(),
  /** False when its file is gone. */
  present: z.boolean(),
  bench: bench.nullable(),
  accuracy: accuracy.nullable(),
});
export type Model = z.infer<typeof model>;

/** Until a second person has agreed to its host, nothing goes there. */
const standing = z.enum(['in_force', 'waiting', 'refused']);

/** The connected model server. Its key is never returned. */
export const server = z.object({
  name: z.string().describe('the model, as the server calls it'),
  url: z.string(),
  region: z.string(),
  private: z.boolean(),
  state: standing,
  hasKey: z.boolean(),
  connectedAt: instant,
  connectedBy: z.string().nullable(),
  testedAt: instant.nullable(),
  usable: z.boolean().describe('its last test went well'),
  problem: z.string().nullable().describe('why its last test failed'),
  bench: bench.nullable(),
  accuracy: accuracy.nullable(),
});
export type Server = z.infer<typeof server>;

/** A host that was declared as a place to fetch models from. */
export const mirror = z.object({
  id,
  host: z.string(),
  port: z.number().int(),
  region: z.string(),
  private: z.boolean(),
  state: standing,
});
export type Mirror = z.infer<typeof mirror>;
/** What finds passages by their meaning: a file here, or a model on a server. Its key is never returned. */
export const embedder = z.object({
  modelId: z.string().nullable().describe('null where it is on a server'),
  name: z.string(),
  server: z
    .object({url: z.string(), region: z.string(), private: z.boolean(), state: standing, hasKey: z.boolean()})
    .nullable(),
  chosenAt: instant,
  chosenBy: z.string().nullable(),
  testedAt: instant.nullable(),
  usable: z.boolean().describe('its last trial went well'),
  problem: z.string().nullable().describe('why its last trial failed'),
  /** In these it tells what answers a question from what does not. */
  languages: z.array(locale),
  fit: fit
    .nullable()
    .describe('by the language of the question: the bar, and how many known answers reach it'),
});
export type Embedder = z.infer<typeof embedder>;

export const task = z.object({
  kind: z.enum(['import', 'verify', 'bench', 'measure', 'activate', 'fit']),
  modelId: z.string().nullable(),
  name: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  done: z.number(),
  total: z.number(),
  unit: z.enum(['bytes', 'turns', 'dialogues', 'steps', 'texts']),
  /** How it ended, in words. */
  message: z.string().nullable(),
  startedAt: instant,
  endedAt: instant.nullable(),
});
export type Task = z.infer<typeof task>;

const known = z.object({
  id: z.string(),
  name: z.string(),
  kind,
  file: z.string(),
  licence: z.string(),
  approximateSize: z.number().nullable(),
  ram: z.number(),
  languages: z.array(z.string()),
  source: z.string(),
  sha256: z.string().nullable(),
});
export const overview = z.object({
  active: z.object({
    /** What answers now. */
    modelId: z.string().nullable(),
    name: z.string().nullable(),
    state: z.enum(['loading', 'ready', 'unavailable']),
    onProbation: z.boolean(),
    /** What was chosen, which may be another one while that loads or when it was refused. */
    chosen: z.string(),
    /** Why what was chosen does not answer, or why a change was taken back. */
    problem: z.string().nullable(),
  }),
  models: z.array(model),
  server: server.nullable(),
  mirrors: z.array(mirror),
  embedder: embedder.nullable(),
  /** What an administrator could bring. */
  catalogue: z.array(known),
  importFolder: z.object({path: z.string(), files: z.array(z.object({name: z.string(), size: z.number()}))}),
  machine: z.object({freeMemory: z.number(), memory: z.number(), freeDisk: z.number(), host: z.string()}),
  task: task.nullable(),
});
export type Overview = z.infer<typeof overview>;
export const listModels = {response: overview};

const fileName = z
  .string()
  .trim()
  .min(1, 'Name the file.')
  .max(200)
  .regex(/^[^/\\]+$/, 'Write the file’s name alone, without folders.');
export const importFile = {body: z.object({file: fileName, sha256}), response: z.object({task})};
export const startUpload = {
  body: z.object({
    name: fileName,
    size: z.number().int().min(24, 'The file is too short to be a GGUF model.'),
    sha256,
  }),
};
export const mirrorUrl = z
  .string()
  .trim()
  .max(2000)
  .refine(value => {
    const url = URL.parse(value);
    return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '';
  }, 'Write the address of the file like https://mirror.example.com/model.gguf: with https, and without a user name or password.')
  .transform(value => new URL(value).href.replace(/#.*$/, ''));
const mirrorInput = z.object({
  url: mirrorUrl,
  sha256,
  /** Where the host stands, as the administrator declares and answers for; needed once for each host. */
  region: z.string().min(1, 'Say where the host stands.').max(20).optional(),
  private: z.boolean().optional(),
  exception: exceptionTerms.optional(),
});
export type MirrorInput = z.output<typeof mirrorInput>;
export const fetchModel = {body: mirrorInput, response: z.object({task})};
export const removeMirror = {params: z.object({mirrorId: id})};
export const stopTask = {response: z.object({task})};

export const act = {
  params: z.object({modelId, act: z.enum(['verify', 'bench', 'measure', 'activate', 'fit'])}),
  response: z.object({task}),
};
export const removeModel = {params: z.object({modelId})};

/** Written like `https://llm.example.com`, with or without the `/v1` of the API. */
const serverUrl = z
  .string()
  .trim()
  .max(500)
  .refine(value => {
    const url = URL.parse(value);
    return (
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      url.username === '' &&
      url.password === '' &&
      url.search === '' &&
      url.hash === ''
    );
  }, 'Write the address like https://llm.example.com/v1: no user name, password, ? or #.')
  .transform(value => new URL(value).href.replace(/\/+$/, '').replace(/(?<!\/v1)$/, '/v1'));
export const apiKey = z
  .string()
  .trim()
  .max(4000)
  .regex(/^[\x21-\x7e]+$/, 'A key is one line without spaces.');
const serverInput = z.object({
  url: serverUrl,
  model: z.string().trim().min(1, 'Name the model as the server calls it.').max(200),
  /** Left out, the one that was given stays, as long as the host does; null takes it away. */
  key: apiKey.nullable().optional(),
  /** Where the server stands, as the administrator declares and answers for. */
  region: z.string().min(1, 'Say where the server stands.').max(20),
  private: z.boolean().default(false),
  exception: exceptionTerms.optional(),
});
export type ServerInput = z.output<typeof serverInput>;
/** No task where its host waits for a second person: the test begins by itself once that is given. */
export const connectServer = {body: serverInput, response: z.object({task: task.nullable()})};

export const testEmbedder = {response: z.object({task})};

/** What `crowlit model` asks a running appliance for. */
export const hostOrder = {
  body: z.object({
    order: z.object({
      act: z.enum(['list', 'import', 'connect', 'verify', 'bench', 'measure', 'activate', 'remove', 'stop']),
      /** A model's SHA-256, the beginning of one, its name, `bundled` or `server`; for an import the path or address of the file. */
      target: z.string().max(4096).optional(),
      sha256: sha256.optional(),
      server: serverInput
        .omit({key: true})
        .extend({
          by: z
            .string()
            .max(254)
            .describe('the e-mail address of the administrator who answers for the region'),
          keyFile: z.string().max(4096).optional(),
        })
        .optional(),
      /** Of the host a file is fetched from, where it is not declared yet. */
      mirror: z
        .object({region: z.string().min(1).max(20), private: z.boolean(), by: z.string().max(254)})
        .optional(),
    }),
    at: instant,
    proof: z.string().length(43),
  }),
  response: overview,
};
export type HostOrder = z.infer<(typeof hostOrder)['body']>['order'];
