import {deriveKey, seal, unseal} from './seal.ts';

/** The one module that opens and closes wrapped keys: each is bound to what it is and to whom it belongs. */
export type RootKind = 'file' | 'account' | 'wrapping';
export type RootRow = {
  id: string;
  /** `file_next`: the database file is being copied under it. */
  kind: RootKind | 'file_next';
  wrapped: Buffer;
  created_at: string;
  retired_at: string | null;
};
export type PersonRow = {person_id: string; wrapping_id: string; wrapped: Buffer; created_at: string};

/** Under this the account's key and the file's lie. */
export const masterWrap = (master: Buffer): Buffer => deriveKey(master, 'master-wrap');
/** Under this the wrapping keys lie. */
export const accountWrap = (accountKey: Buffer): Buffer => deriveKey(accountKey, 'account-wrap');
/** Under this the keys of persons lie within a copy of the key store. */
export const copyWrap = (accountKey: Buffer): Buffer => deriveKey(accountKey, 'copy-wrap');
/** Encrypts the key store's own file. */
export const keyStoreFileKey = (master: Buffer): Buffer => deriveKey(master, 'key-store-file');

export const wrapRoot = (under: Buffer, kind: RootKind, id: string, key: Buffer): Buffer =>
  seal(under, key, `${kind}:${id}`);
export const openRoot = (under: Buffer, kind: RootKind, row: {id: string; wrapped: Buffer}): Buffer =>
  unseal(under, row.wrapped, `${kind}:${row.id}`);
export const wrapPerson = (under: Buffer, personId: string, key: Buffer): Buffer =>
  seal(under, key, `person:${personId}`);
export const openPerson = (under: Buffer, row: {person_id: string; wrapped: Buffer}): Buffer =>
  unseal(under, row.wrapped, `person:${row.person_id}`);

/** Whether the account's key was wrapped under this master key. */
export const isMasterOf = (master: Buffer, root: {id: string; wrapped: Buffer}): boolean => {
  try {
    return openRoot(masterWrap(master), 'account', root).length > 0;
  } catch {
    return false;
  }
};
