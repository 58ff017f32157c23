import type {Change, KeysView} from '../../../appliance/features/keys/keys.schema.ts';

export type {Change, KeysView};
export const path = '/api/admin/keys';

export const kindWords: Record<Change['kind'], string> = {
  wrapping: 'Wrapping key',
  file: 'Key of the database file',
  master: 'Master key',
  restore: 'Keys put back from a copy',
};

/** What was counted differs by kind. */
export const doneWords = (
  {kind, done, total}: Change,
  format: {keys: (n: number) => string; bytes: (n: number) => string},
): string => {
  if (kind === 'file') return `${format.bytes(total)} copied`;
  if (kind === 'master') return 'Everything under it was wrapped anew';
  if (kind === 'restore') return `${format.keys(done)} of ${format.keys(total)} put back`;
  return `${format.keys(done)} moved`;
};
