import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import {dirname} from 'node:path';
import {AppError} from '../kit/errors.ts';

const isOpenToOthers = (folder: string): boolean => (statSync(folder).mode & 0o077) !== 0;

/** A folder that was there before may be open to other users of the machine: it is closed to them, or nothing is put into it. */
export const closeToOthers = (folder: string): void => {
  if (!isOpenToOthers(folder)) return;
  let cause: unknown;
  try {
    chmodSync(folder, 0o700);
  } catch (error) {
    cause = error;
  }
  // some file systems take the order and know no modes
  if (!isOpenToOthers(folder)) return;
  throw new AppError(
    'unavailable',
    'storage.folder_open',
    `Other users of this machine may enter ${folder}, and this user may not close it to them. Give it to the user that runs the appliance (chown), then run: chmod 700 ${folder}; nothing was changed.`,
    {cause},
  );
};

/** A name that was given or taken in a folder stays so after a power cut. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

export const syncFile = (file: string): void => {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Written whole or not at all. */
export const writeWhole = (file: string, content: string): void => {
  const handle = openSync(`${file}.part`, 'w', 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.part`, file);
  syncFolder(dirname(file));
};

const piece = Buffer.alloc(1024 * 1024);

/**
 * Overwrites a file before it is removed. What a disk or a file system keeps beside it (snapshots, spare cells of an SSD) is
 * beyond reach: therefore everything in such files is encrypted, and it is the key that is destroyed.
 */
export const destroyFile = (file: string): void => {
  if (!existsSync(file)) return;
  const {size} = statSync(file);
  const handle = openSync(file, 'r+');
  try {
    for (let at = 0; at < size; at += piece.length)
      writeSync(handle, piece, 0, Math.min(piece.length, size - at), at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  rmSync(file);
  syncFolder(dirname(file));
};

/** SQLite's own files beside a database. */
export const beside = (file: string): string[] => [`${file}-wal`, `${file}-shm`, `${file}-journal`];
