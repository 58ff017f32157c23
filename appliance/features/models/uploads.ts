import {rm} from 'node:fs/promises';
import {AppError} from '../../kit/errors.ts';
import type {Uploads} from '../../kit/uploads.ts';
import type {ModelFiles} from './files.ts';
import type {Import} from './import.ts';
import type {Tasks} from './tasks.ts';

/** A model that a browser sends: one at a time, since each is work that nothing else goes on beside. */
export const beginUpload =
  ({files, bring, tasks, uploads}: {files: ModelFiles; bring: Import; tasks: Tasks; uploads: Uploads}) =>
  async (input: {name: string; size: number; sha256: string; actorId: string}): Promise<string> => {
    await bring.refuseKnown(input.sha256);
    await bring.refuseTooLarge(input.size);
    const {path, handle} = await files.newPart();
    const discard = async (): Promise<void> => {
      await handle.close();
      await rm(path, {force: true});
    };
    let report: (done: number) => void = () => undefined;
    const {uploadId, ended, giveUp} = uploads.begin({
      size: input.size,
      write: content => handle.writeFile(content),
      accept: first => {
        if (first.toString('latin1', 0, 4) !== 'GGUF')
          throw new AppError('invalid', 'llm.bad_model', 'The file is not a GGUF model.');
      },
      onProgress: received => report(received),
      finish: async found => {
        try {
          await handle.sync();
          return await bring.finish(path, {...input, found, expected: input.sha256});
        } finally {
          await discard();
        }
      },
      discard,
    });
    try {
      const {result} = tasks.start({
        kind: 'import',
        modelId: null,
        name: input.name,
        unit: 'bytes',
        total: input.size,
        run: async (progress, signal) => {
          report = progress;
          signal.addEventListener('abort', giveUp);
          return `${(await ended).name} is imported.`;
        },
      });
      result.catch(() => undefined);
    } catch (error) {
      giveUp();
      await ended.catch(() => undefined);
      throw error;
    }
    return uploadId;
  };
