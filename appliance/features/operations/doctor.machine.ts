import {accessSync, constants, existsSync, readdirSync, statSync} from 'node:fs';
import {statfs} from 'node:fs/promises';
import {isAbsolute, join, relative} from 'node:path';
import {type DoctorDeps, fine, found} from './doctor.finding.ts';
import type {Finding} from './operations.schema.ts';

const gibibyte = 1024 ** 3;

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8).padStart(3, '0');
const openToOthers = (path: string): boolean => (statSync(path).mode & 0o077) !== 0;

export const dataDirectory = ({config}: DoctorDeps): Finding => {
  const check = 'Data directory';
  const folder = config.dataDirectory;
  if (!existsSync(folder)) {
    return found(
      check,
      'attention',
      `${folder} does not exist yet.`,
      'Nothing has been stored.',
      'Start the appliance once: it makes the folder.',
    );
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return found(
      check,
      'danger',
      `${folder} cannot be written by this user.`,
      'Nothing more can be stored.',
      `Give the folder to the user that runs the appliance: chown -R <user> ${folder}`,
    );
  }
  const inside = ['keys', 'appliance.sqlite', 'keys/key-store.sqlite']
    .map(name => join(folder, name))
    .filter(existsSync);
  const open = [folder, ...inside].filter(
    path => (path === folder || statSync(path).isDirectory()) && openToOthers(path),
  );
  if (open.length > 0) {
    return found(
      check,
      'danger',
      `Other users of this machine may enter ${open.map(path => `${path} (mode ${modeOf(path)})`).join(', ')}.`,
      'What is inside is encrypted, but it can be copied or counted.',
      `Run: chmod 700 ${open.join(' ')}`,
    );
  }
  return fine(check, `${folder}, mode ${modeOf(folder)}.`, 'Only the appliance’s own user can enter it.');
};

const wrongKey = (named: string): Finding =>
  found(
    'Master key',
    'danger',
    `${named} is not the key the stored data was made with.`,
    'The data is whole, but no start can open it with this key.',
    'Put the right key back, from the copy that was kept elsewhere; nothing else opens the data. Keep the data directory as it is.',
  );

export const masterKey = async (deps: DoctorDeps): Promise<Finding> => {
  const check = 'Master key';
  const {masterKey: source, dataDirectory: folder} = deps.config;
  const opens = await deps.masterKeyOpens();
  if (source.from === 'environment') {
    if (opens === false) return wrongKey('The environment variable CROWLIT_MASTER_KEY');
    return found(
      check,
      'attention',
      'It comes from the environment variable CROWLIT_MASTER_KEY.',
      'Whoever may read the environment of this process may read every stored word.',
      'Prefer a systemd credential (crowlit-master-key) or a file of mode 600 (key masterKeyFile).',
    );
  }
  const file =
    source.from === 'credential' && !existsSync(source.file) ? join(folder, 'master.key') : source.file;
  if (!existsSync(file)) {
    return existsSync(join(folder, 'keys/key-store.sqlite'))
      ? found(
          check,
          'danger',
          `${file} is gone.`,
          'Without it the stored data cannot be opened at the next start.',
          'Put the key back from its copy before you stop the appliance.',
        )
      : fine(check, 'None yet.', 'The first start makes one.');
  }
  if (opens === false) return wrongKey(file);
  if (source.from === 'credential' && file === source.file) {
    return fine(check, 'A systemd credential.', 'It exists only in the memory of this service.');
  }
  if (openToOthers(file)) {
    return found(
      check,
      'danger',
      `Others can read ${file} (mode ${modeOf(file)}).`,
      'Whoever reads it can open every stored word. The next start is refused.',
      `Run: chmod 600 ${file}`,
    );
  }
  const inside = relative(folder, file);
  if (!inside.startsWith('..') && !isAbsolute(inside)) {
    return found(
      check,
      'attention',
      `The master key lies beside the data it opens, mode ${modeOf(file)}.`,
      'A copy of the whole folder holds the data and the key that opens it.',
      `Move ${file} out of the data directory, name its new place with the setting masterKeyFile, and keep a second copy elsewhere.`,
    );
  }
  return fine(check, `${file}, mode ${modeOf(file)}.`, 'It lies apart from the data.');
};

export const disk = async ({config}: DoctorDeps): Promise<Finding> => {
  const check = 'Disk space';
  let folder = config.dataDirectory;
  while (!existsSync(folder)) folder = join(folder, '..');
  const {bavail, bsize, blocks} = await statfs(folder);
  const free = bavail * bsize;
  const share = blocks === 0 ? 1 : bavail / blocks;
  const state = `${(free / gibibyte).toFixed(1)} GiB free (${Math.floor(share * 100)} %).`;
  const mend = 'Free space on this disk or move the data directory to a larger one.';
  if (free < gibibyte)
    return found(
      check,
      'danger',
      state,
      'When it is full, new messages are refused; stored ones are safe.',
      mend,
    );
  if (free < 5 * gibibyte) return found(check, 'attention', state, 'Enough for now, not for long.', mend);
  return fine(check, state, 'There is room.');
};

/** A clock that runs behind what was written already would keep data too long and accept what has expired. */
export const clockSanity = async ({config, clock, clockDoubt}: DoctorDeps): Promise<Finding> => {
  const check = 'Clock';
  const now = clock.now().getTime();
  const mend = 'Set the clock and let a time service (systemd-timesyncd, chrony) keep it.';
  const doubt = await clockDoubt();
  if (doubt)
    return found(
      check,
      'danger',
      doubt.words,
      doubt.why === 'ahead'
        ? 'No retention run deletes anything meanwhile.'
        : 'Deletions go by the time that has passed; sessions and the audit log do not.',
      'Set the clock right, or say on the console’s page Retention or Cancellation that it is.',
    );
  const times = existsSync(config.dataDirectory)
    ? readdirSync(config.dataDirectory).map(
        name => statSync(join(config.dataDirectory, name), {throwIfNoEntry: false})?.mtimeMs ?? 0,
      )
    : [];
  const newest = Math.max(0, ...times);
  if (newest > now + 5 * 60_000) {
    return found(
      check,
      'danger',
      `It stands before the last write to the data directory (${new Date(newest).toISOString()}).`,
      'Retention, sessions and the audit log depend on the right time.',
      mend,
    );
  }
  return fine(
    check,
    `${clock.iso().slice(0, 16).replace('T', ' ')} UTC, later than everything stored.`,
    'Retention, sessions and the audit log can rely on it.',
  );
};
