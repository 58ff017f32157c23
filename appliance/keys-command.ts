import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {Config} from './config.ts';
import type {HostAct, KeysView} from './features/keys/keys.schema.ts';
import {AppError} from './kit/errors.ts';

export const keysUsage = `crowlit keys <what>

  state [--json]           which keys are in use since when, and which copies of the key store exist
  rotate                   change the wrapping key; persons' keys move to it while everything goes on
  rotate-file              SQLite: change the key of the database file at the next start, by a copy
  copy                     copy the key store now; each day it happens by itself
  restore FILE             put keys of a copy (keys/backups/key-store-….copy) back; who was erased since stays erased.
                           Stop the appliance first
  change-master --to FILE  another master key; FILE holds it, or is made. Stop the appliance (every node) first

  While the appliance runs, it does the work; else the data is opened here.
`;

export type KeysOrder =
  | {act: HostAct; json: boolean}
  | {act: 'restore'; file: string}
  | {act: 'change-master'; to: string};

const acts: readonly string[] = ['state', 'rotate', 'rotate-file', 'copy'] satisfies HostAct[];

export const readKeysOrder = (
  [act = 'state', ...rest]: readonly string[],
  options: {to?: string | undefined; json?: boolean | undefined},
  workingDirectory: string,
): KeysOrder | undefined => {
  const [file] = rest;
  if (acts.includes(act) && rest.length === 0 && options.to === undefined)
    return {act: act as HostAct, json: options.json === true};
  if (act === 'restore' && file !== undefined && rest.length === 1)
    return {act, file: resolve(workingDirectory, file)};
  if (act === 'change-master' && rest.length === 0 && options.to !== undefined)
    return {act, to: resolve(workingDirectory, options.to)};
  return undefined;
};

type Shown = {say: (line: string) => void; tell: (line: string) => void};

const time = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const tellState = (view: KeysView, {say}: Shown): void => {
  const {wrapping, databaseFile, copies} = view;
  say(`Wrapping key   since ${time(wrapping.since)}, around ${wrapping.persons} keys`);
  say(
    wrapping.nextAt === null
      ? '               changes only when asked to (keys.rotateEveryDays is 0)'
      : `               changes by itself on ${time(wrapping.nextAt)}`,
  );
  if (wrapping.moving)
    say(`               being changed: ${wrapping.moving.done} of ${wrapping.moving.total} keys have moved`);
  if (databaseFile)
    say(
      `Database file  its key since ${time(databaseFile.since)}${databaseFile.ordered ? '; changes at the next start' : ''}`,
    );
  say(`Copies         ${copies.folder}; their keys: ${copies.keysFolder}`);
  for (const {state, madeAt, endsAt, persons} of copies.list)
    if (state === 'kept')
      say(`               of ${time(madeAt)}, ${persons} keys, destroyed on ${time(endsAt)}`);
};

const untilMoved = async (
  first: KeysView,
  {tell}: Shown,
  look: () => Promise<KeysView>,
): Promise<KeysView> => {
  let view = first;
  for (let told = -1; view.wrapping.moving; view = await look()) {
    const {done, total} = view.wrapping.moving;
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    if (percent !== told) tell(`${percent} % of the keys have moved`);
    told = percent;
    await pause(300);
  }
  return view;
};

/** By the appliance that runs, or by the data opened here: `order` hides which. Waits until the keys have moved. */
export const runKeysAct = async (
  {act, json}: {act: HostAct; json: boolean},
  shown: Shown,
  order: (act: HostAct) => Promise<KeysView>,
): Promise<number> => {
  const first = await order(act);
  const view = act === 'rotate' ? await untilMoved(first, shown, () => order('state')) : first;
  if (json) shown.say(JSON.stringify(view, null, 2));
  else if (act === 'rotate') shown.say('The wrapping key was changed; the old one is destroyed.');
  else if (act === 'rotate-file')
    shown.say('The key of the database file changes at the next start: it copies the file before it opens.');
  else tellState(view, shown);
  return 0;
};

/** What needs the data to itself, while no appliance runs. */
export const runKeysOffline = async (
  order: Exclude<KeysOrder, {act: HostAct}>,
  config: Config,
  {say, tell}: Shown,
): Promise<number> => {
  const [{findMasterKey, makeMasterKeyFile, masterKeyFileOf, readMasterKeyFile}, {systemClock}] =
    await Promise.all([import('./master-key.ts'), import('./kit/clock.ts')]);
  const {dataDirectory: directory, database, keyStoreUrl} = config;
  const master = findMasterKey(config);
  const place = {directory, database, keyStoreUrl, clock: systemClock};
  if (order.act === 'restore') {
    if (!master)
      throw new AppError('unavailable', 'config.no_data', 'There is no master key to restore with.');
    const {restoreKeys} = await import('./storage/key-restore.ts');
    const {copyKeysDirectory: keysDirectory} = config.keys;
    const result = await restoreKeys({...place, master, file: order.file, keysDirectory});
    say(
      `${result.restored} keys are back, ${result.present} were there, ${result.erased} stay destroyed: their persons were erased.`,
    );
    return 0;
  }
  const present = masterKeyFileOf(config);
  if (present === order.to)
    throw new AppError(
      'invalid',
      'keys.same_file',
      `${order.to} holds the present master key. Name another file for the new one; nothing was changed.`,
    );
  const made = !existsSync(order.to);
  if (made) makeMasterKeyFile(order.to);
  const to = readMasterKeyFile(order.to);
  if (made) tell(`A master key was made: ${order.to}. Keep a copy of it in another place.`);
  const {changeMaster} = await import('./storage/master-change.ts');
  const outcome = await changeMaster({...place, from: master ?? to, to});
  say(
    outcome === 'changed'
      ? `What is stored opens with ${order.to} from now on, and with the old master key no more.`
      : `What is stored opens with ${order.to} already.`,
  );
  say(
    'Give it to the next start: set masterKeyFile (CROWLIT_MASTER_KEY_FILE), or your systemd credential. The old key opens only copies of the key store of the last seven days; destroy it after that.',
  );
  return 0;
};
