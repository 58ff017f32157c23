import {type DoctorDeps, fine, found} from './doctor.finding.ts';
import type {Finding} from './operations.schema.ts';

const serverOf = (url: string): string => {
  const {hostname, port} = new URL(url);
  return `${hostname}:${port || '5432'}`;
};

/** Erasing a person reaches the copies of the data because their key is in none of them. */
export const keyStore = ({config}: DoctorDeps): Finding => {
  const check = 'Key store';
  const {database, keyStoreUrl} = config;
  if (database === 'sqlite')
    return fine(
      check,
      'A file of its own, keys/key-store.sqlite.',
      'Leave the folder keys out of backups of the data.',
    );
  if (keyStoreUrl !== undefined && serverOf(keyStoreUrl) !== serverOf(database))
    return fine(check, 'On a server of its own.', 'A backup of the data holds no key of a person.');
  return found(
    check,
    'attention',
    keyStoreUrl === undefined
      ? 'In the same PostgreSQL database as the data, schema crowlit_keys.'
      : 'On the same PostgreSQL server as the data.',
    'A backup of that database or server holds the keys, too: in such a copy an erased person can still be read.',
    'Stop the appliance, move the schema crowlit_keys to another server (pg_dump --schema=crowlit_keys, then restore it there and drop it here), and set the key keyStoreUrl. Until then back up with --exclude-schema=crowlit_keys.',
  );
};
