import type {Running} from './models.deps.ts';
import type {Accuracy} from './models.schema.ts';
import type {Measured} from './models.store.ts';
import type {Progress} from './tasks.ts';

/** What can be measured and put into service: a file here, or the connected server. */
export type Subject = {
  id: string;
  /** What it is chosen by: its SHA-256, or `server`. */
  key: string;
  name: string;
  bundled: boolean;
  /** Bytes it needs in this machine's memory. */
  ram: number;
  /** It can be away and come back by itself, as a server can; a file that fails stays as it is. */
  comesBack: boolean;
  accuracy: Accuracy | null;
  /** Absent for a server. */
  path?: string;
  open: () => Promise<Running>;
  /** Throws where it is not what it was when it came. */
  check: (progress: Progress, signal: AbortSignal) => Promise<void>;
  note: (measured: Measured) => Promise<void>;
};
