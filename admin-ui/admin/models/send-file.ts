import type {startUpload, uploadPiece} from '../../../appliance/features/models/models.schema.ts';
import {type Answer, request, sendBytes} from '../../shared/api.ts';

const uploads = '/api/admin/model-uploads';

const read = async (piece: Blob): Promise<ArrayBuffer> => {
  try {
    return await piece.arrayBuffer();
  } catch {
    throw new Error('The file was changed or moved since you chose it. Choose it again.');
  }
};

/** Piece by piece, so that a large file is never in memory as a whole. */
export const sendFile = async (
  {file, sha256}: {file: File; sha256: string},
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const {uploadId, pieceBytes} = await request<Answer<typeof startUpload>>('POST', uploads, {
    name: file.name,
    size: file.size,
    sha256,
  });
  try {
    for (let offset = 0; offset < file.size; offset += pieceBytes) {
      const piece = await read(file.slice(offset, offset + pieceBytes));
      const {received} = await sendBytes<Answer<typeof uploadPiece>>(
        `${uploads}/${uploadId}?offset=${offset}`,
        piece,
        {signal},
      );
      onProgress(received / file.size);
    }
  } catch (error) {
    // where the appliance refused it, there is nothing left to give up
    await request('DELETE', `${uploads}/${uploadId}`).catch(() => undefined);
    throw error;
  }
};
