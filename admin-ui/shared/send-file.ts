import type {z} from 'zod';
import type {uploadPiece, uploadStarted} from '../../appliance/kit/upload.schema.ts';
import {type Answer, request, sendBytes} from './api.ts';

const read = async (piece: Blob): Promise<ArrayBuffer> => {
  try {
    return await piece.arrayBuffer();
  } catch {
    throw new Error('The file was changed or moved since you chose it. Choose it again.');
  }
};

/** Piece by piece, so that a large file is never in memory as a whole. `about` begins it: name, size, what else is asked. */
export const sendFile = async (
  {path, file, about}: {path: string; file: File; about: Record<string, unknown>},
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const {uploadId, pieceBytes} = await request<z.infer<typeof uploadStarted>>('POST', path, about);
  try {
    for (let offset = 0; offset < file.size; offset += pieceBytes) {
      const piece = await read(file.slice(offset, offset + pieceBytes));
      const {received} = await sendBytes<Answer<typeof uploadPiece>>(
        `${path}/${uploadId}?offset=${offset}`,
        piece,
        {signal},
      );
      onProgress(received / file.size);
    }
  } catch (error) {
    // where the appliance refused it, there is nothing left to give up
    await request('DELETE', `${path}/${uploadId}`).catch(() => undefined);
    throw error;
  }
};
