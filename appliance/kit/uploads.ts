import {createHash, type Hash, randomBytes} from 'node:crypto';
import type {z} from 'zod';
import {AppError} from './errors.ts';
import {type Access, type Caller, route, type Route} from './route.ts';
import {cancelUpload, uploadPiece, uploadStarted} from './upload.schema.ts';

/** A request's body must have arrived within half a minute, so a file comes in pieces. */
export const pieceBytes = 8 << 20;
const patienceMs = 120_000;

export type Upload<Result> = {
  /** Bytes, as announced; not one more is taken. */
  size: number;
  /** Where the bytes go, in their order. */
  write: (content: Buffer) => Promise<void>;
  /** Looks at the first piece, and throws where it is already seen that the whole is no good. */
  accept?: (first: Buffer) => void;
  onProgress?: (received: number) => void;
  /** Everything has arrived; from here on what was written is its own. Throws to refuse it. */
  finish: (sha256: string) => Promise<Result>;
  /** Cancelled, broken off or refused before it was whole: nothing is to be left of it. */
  discard: () => Promise<void>;
};

type Open = {
  size: number;
  received: number;
  hash: Hash;
  write: (content: Buffer) => Promise<void>;
  accept: ((first: Buffer) => void) | undefined;
  onProgress: ((received: number) => void) | undefined;
  /** With an error it is given up. */
  end: (error?: AppError) => void;
  ended: Promise<unknown>;
  timer: NodeJS.Timeout;
  /** One piece after the other. */
  last: Promise<unknown>;
};

/** Files that browsers send: in pieces, in order, hashed as they come. What is broken off leaves nothing. */
export const createUploads = ({room, most}: {room: string; most: number}) => {
  const open = new Map<string, Open>();
  const gone = () =>
    new AppError(
      'not_found',
      `${room}.unknown_upload`,
      'This upload is not under way: it was cancelled, or nothing came for two minutes. Begin again.',
    );
  const wait = (end: Open['end']) => setTimeout(() => end(gone()), patienceMs).unref();
  const find = (id: string): Open => {
    const one = open.get(id);
    if (!one) throw gone();
    return one;
  };

  const take = async (id: string, one: Open, offset: number, content: Buffer): Promise<void> => {
    if (open.get(id) !== one) throw gone();
    // a piece whose answer got lost comes again
    if (offset + content.length <= one.received) return;
    if (offset !== one.received || offset + content.length > one.size)
      throw new AppError('conflict', `${room}.wrong_offset`, `The next piece begins at ${one.received}.`);
    if (offset === 0) {
      try {
        one.accept?.(content);
      } catch (error) {
        one.end(error as AppError);
        await one.ended;
      }
    }
    await one.write(content);
    one.hash.update(content);
    one.received += content.length;
    one.onProgress?.(one.received);
    clearTimeout(one.timer);
    one.timer = wait(one.end);
  };

  return {
    /** `ended` is what `finish` answers with, or rejects with why the upload came to nothing. */
    begin: <Result>(
      upload: Upload<Result>,
    ): {uploadId: string; ended: Promise<Result>; giveUp: () => void} => {
      if (open.size >= most)
        throw new AppError(
          'too_many',
          `${room}.uploads_busy`,
          'Too many files are being sent. Wait until one has arrived.',
        );
      const uploadId = randomBytes(12).toString('base64url');
      const complete = Promise.withResolvers<void>();
      const end: Open['end'] = error => (error ? complete.reject(error) : complete.resolve());
      const hash = createHash('sha256');
      const ended = complete.promise
        .catch(async (error: unknown) => {
          await upload.discard();
          throw error;
        })
        .then(() => upload.finish(hash.digest('hex')))
        .finally(() => {
          clearTimeout(one.timer);
          open.delete(uploadId);
        });
      ended.catch(() => undefined);
      const one: Open = {
        size: upload.size,
        received: 0,
        hash,
        write: upload.write,
        accept: upload.accept,
        onProgress: upload.onProgress,
        end,
        ended,
        timer: wait(end),
        last: Promise.resolve(),
      };
      open.set(uploadId, one);
      return {uploadId, ended, giveUp: () => end(gone())};
    },
    /** With the last piece the file is judged; the answer comes when that is done. */
    piece: async (id: string, offset: number, content: Buffer) => {
      const one = find(id);
      const mine = one.last.catch(() => undefined).then(() => take(id, one, offset, content));
      one.last = mine;
      await mine;
      if (one.received < one.size) return {received: one.received, complete: false};
      clearTimeout(one.timer);
      one.end();
      await one.ended;
      return {received: one.size, complete: true};
    },
    cancel: async (id: string): Promise<void> => {
      const one = find(id);
      one.end(
        new AppError('conflict', `${room}.upload_cancelled`, 'The upload was cancelled. Nothing was kept.'),
      );
      await one.ended.catch(() => undefined);
    },
    close: async (): Promise<void> => {
      for (const one of open.values()) one.end(gone());
      await Promise.allSettled([...open.values()].map(({ended}) => ended));
    },
  };
};
export type Uploads = ReturnType<typeof createUploads>;

/** The three addresses of an upload: begin, a piece, give it up. */
export const uploadRoutes = <Body extends z.ZodType>({
  path,
  what,
  access,
  body,
  begin,
  uploads,
}: {
  /** `/api/admin/model-uploads` */
  path: string;
  /** "a model file" */
  what: string;
  access: Access;
  body: Body;
  /** Refuses what is too large or not wanted before its first byte. */
  begin: (body: z.output<Body>, caller: Caller) => Promise<string>;
  uploads: Uploads;
}): Route[] => [
  route({
    method: 'post',
    path,
    summary: `Begin to send ${what} in pieces.`,
    access,
    body,
    response: uploadStarted,
    status: 201,
    handle: async ({body: asked, caller}) => ({
      uploadId: await begin(asked as z.output<Body>, caller),
      pieceBytes,
    }),
  }),
  route({
    method: 'put',
    path: `${path}/{uploadId}`,
    summary: 'The next piece, in order. With the last one the file is judged, and kept or refused.',
    access,
    ...uploadPiece,
    bytesLimit: pieceBytes,
    perMinute: 6000,
    handle: ({params, query, bytes}) => uploads.piece(params.uploadId, query.offset, bytes),
  }),
  route({
    method: 'delete',
    path: `${path}/{uploadId}`,
    summary: 'Give an upload up; nothing of it is kept.',
    access,
    ...cancelUpload,
    handle: async ({params}) => {
      await uploads.cancel(params.uploadId);
      return undefined;
    },
  }),
];
