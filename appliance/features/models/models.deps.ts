import type {EmbeddingModel, LanguageModel, ModelInfo} from '../../adapters/llm/contract.ts';
import type {Clock} from '../../kit/clock.ts';
import type {Logger} from '../../kit/logger.ts';
import type {ExceptionTerms} from '../../kit/schema.ts';
import type {Reader, Storage, Transaction} from '../../storage/index.ts';
import type {Accuracy, Bench} from './models.schema.ts';

type State = 'loading' | 'ready' | 'restarting' | 'failed' | 'closed';
/** A model in a process of its own. */
export type Running = LanguageModel & {
  ready: () => Promise<void>;
  onState: (listener: (state: State) => void) => () => void;
  status: () => {state: State; problem?: {message: string} | undefined};
};
/** The rest where it is a process here, which has to be loaded first. */
export type OpenedEmbedder = EmbeddingModel & Partial<Pick<Running, 'ready' | 'status' | 'onState'>>;
/** What a file says of itself, read without native code. Throws `llm.bad_model`. Sizes in bytes. */
export type Judged = {
  name: string;
  kind: ModelInfo['kind'];
  architecture: string;
  size: number;
  ram: number;
  licence: string | null;
  languages: string[];
};
/** `size` and `sha256` are null where the file was never here. */
export type Known = {
  id: string;
  name: string;
  file: string;
  kind: ModelInfo['kind'];
  licence: string;
  size: number | null;
  approximateSize?: number | undefined;
  sha256: string | null;
  ram: number;
  languages: string[];
  source: string;
};

/** How a model server is reached: through the egress broker, at a declared destination. */
export type ServerAddress = {
  url: string;
  model: string;
  destinationId: string;
  apiKey: () => Promise<string | null>;
};
type Place = {host: string; port: number; region: string; private: boolean};
/** Where packets may go for one purpose: declared by a named person to be inside the region. */
type Destinations = {
  declare: (
    trx: Transaction,
    input: Place & {
      plain: boolean;
      categories: string[];
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

export type ModelsDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  dataDirectory: string;
  host: string;
  version: string;
  catalogue: () => Promise<Known[]>;
  bundledPath: string;
  judge: (path: string) => Promise<Judged>;
  /** Starts a process on a file that must have this SHA-256. */
  open: (path: string, expected: {id: string; sha256: string}) => Running;
  openEmbedder: (path: string, expected: {id: string; sha256: string}) => OpenedEmbedder;
  /** Told after another model was chosen to find passages, or none. */
  embedderChanged: () => void;
  /** The one that answers visitors. */
  inService: LanguageModel & {
    status: () => {state: State; problem?: {message: string} | undefined};
    switchTo: (
      candidate: Running,
      outcomes: {
        onProven: () => void;
        onReturned: (reason: string) => void;
        onLost: (reason: string) => void;
      },
    ) => Promise<void>;
    onProbation: () => boolean;
  };
  /** How soon a server that was away is asked again, and how seldom at last. */
  seeking: {firstMs: number; mostMs: number};
  bench: (
    model: LanguageModel,
    path: string | undefined,
    onProgress: (done: number, total: number) => void,
  ) => Promise<Omit<Bench, 'at' | 'host'>>;
  /** The development set, through the pipeline of real conversations. */
  measure: (
    model: LanguageModel,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ) => Promise<Omit<Accuracy, 'at' | 'host' | 'version'>>;
  /** Bytes. */
  memory: () => {free: number; total: number};
  freeDisk: (folder: string) => Promise<number>;
  server: {
    reader: Reader;
    destinations: Destinations;
    /** Answers with how the server is told a grammar; throws in words for an administrator. */
    probe: (address: ServerAddress, signal: AbortSignal) => Promise<string>;
    open: (address: ServerAddress & {grammar: string}) => Running;
    openEmbedder: (address: ServerAddress) => OpenedEmbedder;
  };
  mirror: {
    destinations: Destinations;
    /** One exchange with a declared host, followed nowhere; no more is read until a piece is taken. Throws `egress.…`. */
    fetch: (
      destinationId: string,
      url: string,
      options: {
        limit: number;
        signal: AbortSignal;
        onPiece: (piece: Buffer, head: {status: number; headers: Record<string, string>}) => Promise<void>;
      },
    ) => Promise<{status: number; headers: Record<string, string>}>;
  };
  /** The id of the administrator with this e-mail address. */
  administrator: (email: string) => Promise<string | undefined>;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; subjectId?: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};
