/** What the command line does where an installation was cancelled: finishing its deletion, and what comes after. */
import {join} from 'node:path';
import type {Config} from './config.ts';
import {order, whoAnswers} from './door.ts';
import {signDocument} from './features/audit/signed.ts';
import type {Certificate} from './features/licensing/destruction/certificate.ts';
import {destroy, finish, follow} from './features/licensing/destruction/destroy.ts';
import {localDay} from './features/licensing/destruction/page.ts';
import {createRemains} from './features/licensing/destruction/remains.ts';
import {serveRemains} from './features/licensing/destruction/serving.ts';
import {cancellationProof} from './features/licensing/host-door.ts';
import type {HostState} from './features/licensing/licensing.schema.ts';
import {systemClock} from './kit/clock.ts';
import {AppError} from './kit/errors.ts';
import {findMasterKey, hostKey, masterKeyOpens} from './master-key.ts';
import {holdDirectory} from './storage/hold.ts';
import {prepareTls, selfSignedFiles} from './tls.ts';

const placeOf = ({dataDirectory, database, keyStoreUrl}: Config) => ({
  directory: dataDirectory,
  database,
  keyStoreUrl,
});

/** Whether an installation was deleted here, or is about to be; undefined where one may run. */
export const deletionOf = async (
  config: Config,
): Promise<{state: 'under_way'} | {state: 'done'; certificate: Certificate} | undefined> => {
  const {order, certificate, elsewhere} = await createRemains(placeOf(config)).find();
  if (certificate && !elsewhere) return {state: 'done', certificate: certificate.document};
  return (order ?? certificate) && {state: 'under_way'};
};

export const deletedOn = ({liveErasureAt, timeZone}: Certificate): string =>
  localDay(liveErasureAt, timeZone, 'en');

/** For every command that would need the data. */
export const refuseWhereDeleted = async (config: Config): Promise<void> => {
  const found = await deletionOf(config);
  if (!found) return;
  throw found.state === 'done'
    ? new AppError(
        'unavailable',
        'licensing.deleted',
        `This installation’s data was deleted on ${deletedOn(found.certificate)}. \`crowlit serve\` offers the certificate; \`crowlit start-anew "${found.certificate.organisation}"\` makes way for a new installation.`,
      )
    : new AppError(
        'unavailable',
        'licensing.deletion_under_way',
        'This installation’s data is being deleted. `crowlit serve` finishes it.',
      );
};

const keepOf = (config: Config, configFile: string | undefined): string[] => {
  const own = selfSignedFiles(config.dataDirectory);
  const tls = config.tls && 'certificateFile' in config.tls ? config.tls : own;
  return [configFile, tls.certificateFile, tls.keyFile, config.audit.directory, config.audit.file].filter(
    path => path !== undefined,
  );
};

/** Finishes what was begun, and then shows what is left. */
export const serveDeleted = async (
  config: Config,
  options: {configFile: string | undefined; tell: (line: string) => void},
) => {
  const release = holdDirectory(config.dataDirectory);
  try {
    const place = placeOf(config);
    const remains = createRemains(place);
    const masterKeyFile = config.masterKey.from === 'file' ? config.masterKey.file : undefined;
    const onStep = (step: string): void => options.tell(`Deleting: ${step.replace('_', ' ')}`);
    const {order: begun, ...found} = await remains.find();
    let {certificate} = found;
    if (begun && !certificate) {
      const master = findMasterKey(config);
      if (!master) {
        throw new AppError(
          'unavailable',
          'licensing.master_key_missing',
          'The deletion that was begun cannot be finished without the master key: its certificate could not be signed. Give the key, and start again.',
        );
      }
      certificate = await destroy(
        {
          place,
          master,
          masterKeyFile,
          remains,
          keep: keepOf(config, options.configFile),
          now: systemClock.iso,
          sign: (document, {id, publicKey, privateKey}) =>
            signDocument({name: '', id, publicKey, privateKey}, 'deletion-certificate', document),
          onStep,
        },
        begun,
      );
    } else if (certificate) {
      if (found.elsewhere) await follow({place, keep: keepOf(config, options.configFile), remains, onStep});
      await finish({remains, masterKeyFile, onStep});
    }
    if (!certificate) throw new TypeError('nothing was deleted here');
    const {material} = await prepareTls(config, systemClock.now());
    const serving = await serveRemains({
      remains,
      certificate: certificate.document,
      listen: {host: config.host, port: config.port, tls: material},
      verifierPath: join(import.meta.dirname, '../packaging/verify-certificate.mjs'),
    });
    const scheme = material ? 'https' : 'http';
    const base = config.publicUrl ?? `${scheme}://${config.host}:${serving.port}`;
    return {
      lines: [
        serving.message,
        `Certificate and audit log: ${serving.folder}`,
        `${base}/?code=${serving.code}`,
      ],
      close: async (): Promise<void> => {
        await serving.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
};

/** Only deliberately: whoever does it names the organisation that was. */
export const startAnew = async (config: Config, name: string): Promise<string> => {
  const found = await deletionOf(config);
  if (found?.state !== 'done') {
    throw new AppError(
      'conflict',
      'licensing.not_deleted',
      found
        ? 'The deletion is not finished. `crowlit serve` finishes it.'
        : 'No installation was deleted here. Nothing was changed.',
    );
  }
  if (name.trim() !== found.certificate.organisation.trim()) {
    throw new AppError(
      'invalid',
      'licensing.name_differs',
      `Name the organisation whose data was deleted: crowlit start-anew "${found.certificate.organisation}". Nothing was changed.`,
    );
  }
  const release = holdDirectory(config.dataDirectory);
  try {
    return await createRemains(placeOf(config)).setAside(found.certificate);
  } finally {
    release();
  }
};

export type CancellationState =
  | HostState
  | {deletedAt: string; organisation: string}
  | {deletion: 'under_way'};

/** Asked of the appliance that runs, else of its data. */
export const cancellationState = async (
  config: Config,
  ofData: () => Promise<HostState>,
): Promise<CancellationState> => {
  const found = await deletionOf(config);
  if (found?.state === 'done') {
    const {liveErasureAt: deletedAt, organisation} = found.certificate;
    return {deletedAt, organisation};
  }
  if (found) return {deletion: 'under_way'};
  const master = findMasterKey(config);
  if (!master || (await masterKeyOpens(config)) === undefined) {
    throw new AppError(
      'unavailable',
      'config.no_data',
      `There is no data, or no master key, at ${config.dataDirectory}. Give the settings the appliance is started with: --config FILE, or its CROWLIT_ variables.`,
    );
  }
  if ((await whoAnswers(config)) !== 'this_appliance') return ofData();
  const at = systemClock.iso();
  const proof = cancellationProof(hostKey(master), at);
  const {status, answer} = await order(config, '/api/host/cancellation', {at, proof});
  if (status === 200) return answer as HostState;
  const {error} = answer as {error: {message: string; code: string}};
  throw new AppError('unavailable', error.code, error.message);
};

export const describeCancellation = (state: CancellationState): string[] => {
  if ('deletedAt' in state) return [`The data of ${state.organisation} was deleted on ${state.deletedAt}.`];
  if ('deletion' in state) return ['The data is being deleted. `crowlit serve` finishes it.'];
  const lines: string[] = [];
  const {endsAt, timeZone} = state;
  if (endsAt === null) lines.push('Not cancelled.');
  else {
    lines.push(`Cancelled. Everything is deleted on ${localDay(endsAt, timeZone ?? 'UTC', 'en')}.`);
    if (state.heldBackSince !== null)
      lines.push(
        `The deletion is held back since ${localDay(state.heldBackSince, timeZone ?? 'UTC', 'en')}.`,
      );
  }
  for (const {what, reason, until} of state.blockers)
    lines.push(`Held back by: ${what}, ${reason}${until === null ? '' : `, until ${until}`}.`);
  if (state.doubt !== null) lines.push(`Clock: ${state.doubt}`);
  return lines;
};
