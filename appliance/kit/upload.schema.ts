import {z} from 'zod';

/** What every upload answers with and takes; only how one begins is its room's own. */
export const uploadStarted = z.object({uploadId: z.string(), pieceBytes: z.number().int()});
const params = z.object({uploadId: z.string().max(60)});
export const uploadPiece = {
  params,
  query: z.object({offset: z.coerce.number().int().min(0)}),
  response: z.object({received: z.number(), complete: z.boolean()}),
};
export const cancelUpload = {params};
