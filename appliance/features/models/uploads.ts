import {createHash, type Hash, randomBytes} from 'node:crypto';
import {type FileHandle, rm} from 'node:fs/promises';
import {AppError} from '../../kit/errors.ts';
import type {ModelFiles} from './files.ts';
import type {Import} from './import.ts';
import type {Tasks} from './tasks.ts';

/** A request's body must have arrived within half a minute, so a file comes in pieces. */
export const pieceBytes = 8 << 20;
const patienceMs = 120_000;

type Upload = {
  id: string;
  size: number;
  received: number;
  hash: Hash;
  part: {path: string; handle: FileHandle};
  report: (done: number) => void;
  /** With an error it is given up. */
  end: (error?: AppError) => void;
  ended: Promise<string>;
  timer: NodeJS.Timeout;
  /** One piece after the other. */
  last: Promise<unknown>;
};

const gone = () =>
  new AppError(
    'not_found',
    'models.unknown_upload',
    'This upload is not under way: it was cancelled, or nothing came for two minutes. Begin again.',
  );

/** A model that a browser sends: one at a time, in pieces and in order. What is broken off leaves nothing. */
export const createUploads = (deps: {files: ModelFiles; bring: Import; tasks: Tasks}) => {
  const {files, bring, tasks} = deps;
  let upload: Upload | undefined;
  const wait = (end: Upload['end']) => setTimeout(() => end(gone()), patienceMs).unref();

  const begin = async (input: {name: string; size: number; sha256: string; actorId: string}) => {
    await bring.refuseKnown(input.sha256);
    await bring.refuseTooLarge(input.size);
    const part = await files.newPart();
    const complete = Promise.withResolvers<void>();
    const end: Upload['end'] = error => (error ? complete.reject(error) : complete.resolve());
    complete.promise.catch(() => undefined);
    const mine: Upload = {
      id: randomBytes(12).toString('base64url'),
      size: input.size,
      received: 0,
      hash: createHash('sha256'),
      part,
      report: () => undefined,
      end,
      ended: Promise.resolve(''),
      timer: wait(end),
      last: Promise.resolve(),
    };
    const dispose = async (): Promise<void> => {
      clearTimeout(mine.timer);
      if (upload === mine) upload = undefined;
      await part.handle.close();
      await rm(part.path, {force: true});
    };
    try {
      mine.ended = tasks.start({
        kind: 'import',
        modelId: null,
        name: input.name,
        unit: 'bytes',
        total: input.size,
        run: async (progress, signal) => {
          mine.report = progress;
          signal.addEventListener('abort', () => end(gone()));
          try {
            await complete.promise;
            const found = mine.hash.digest('hex');
            const given = {name: input.name, found, expected: input.sha256, actorId: input.actorId};
            const {name} = await bring.finish(part.path, given);
            return `${name} is imported.`;
          } finally {
            await dispose();
          }
        },
      }).result;
    } catch (error) {
      await dispose();
      throw error;
    }
    mine.ended.catch(() => undefined);
    upload = mine;
    return {uploadId: mine.id, pieceBytes};
  };

  const find = (id: string): Upload => {
    if (upload?.id !== id) throw gone();
    return upload;
  };

  const write = async (one: Upload, offset: number, content: Buffer): Promise<void> => {
    if (upload !== one) throw gone();
    // a piece whose answer got lost comes again
    if (offset + content.length <= one.received) return;
    if (offset !== one.received || offset + content.length > one.size)
      throw new AppError('conflict', 'models.wrong_offset', `The next piece begins at ${one.received}.`);
    if (offset === 0 && content.toString('latin1', 0, 4) !== 'GGUF') {
      one.end(new AppError('invalid', 'llm.bad_model', 'The file is not a GGUF model.'));
      await one.ended;
    }
    await one.part.handle.writeFile(content);
    one.hash.update(content);
    one.received += content.length;
    one.report(one.received);
    clearTimeout(one.timer);
    one.timer = wait(one.end);
  };

  return {
    begin,
    /** With the last piece the file is judged; the answer comes when that is done. */
    piece: async (id: string, offset: number, content: Buffer) => {
      const one = find(id);
      const mine = one.last.catch(() => undefined).then(() => write(one, offset, content));
      one.last = mine;
      await mine;
      if (one.received < one.size) return {received: one.received, complete: false};
      clearTimeout(one.timer);
      await one.part.handle.sync();
      one.end();
      await one.ended;
      return {received: one.size, complete: true};
    },
    cancel: async (id: string): Promise<void> => {
      const one = find(id);
      one.end(
        new AppError('conflict', 'models.upload_cancelled', 'The upload was cancelled. Nothing was kept.'),
      );
      await one.ended.catch(() => undefined);
    },
  };
};
