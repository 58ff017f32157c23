import {X509Certificate} from 'node:crypto';
import {type DoctorDeps, fine, found, notSeen} from './doctor.finding.ts';
import {auditLog} from './doctor.audit.ts';
import {keyStore} from './doctor.key-store.ts';
import {keys} from './doctor.keys.ts';
import {coreDumps, inspector, swap} from './doctor.memory.ts';
import {clockSanity, dataDirectory, disk, masterKey} from './doctor.machine.ts';
import {canary, places} from './doctor.residency.ts';
import type {Finding} from './operations.schema.ts';

export type {DoctorDeps} from './doctor.finding.ts';

const day = 86_400_000;
const newestNode = 26;

const node = ({nodeVersion}: DoctorDeps): Finding => {
  const major = Number(/^v?(\d+)/.exec(nodeVersion)?.[1]);
  return major === newestNode
    ? fine('Node', `${nodeVersion}.`, 'The version this release is tested with.')
    : found(
        'Node',
        'danger',
        `${nodeVersion}.`,
        `This release is tested with Node ${newestNode} alone.`,
        'Start with `npm start` or `npm run crowlit`, which bring the right one.',
      );
};

const model = (deps: DoctorDeps): Finding => {
  const check = 'Language model';
  const {state, id, problem, notice, here} = deps.model();
  const meaning = 'Facts are read by rules alone meanwhile: fewer of them, names and companies above all.';
  if (notice !== null && (state === 'ready' || state === 'not_started'))
    return found(
      check,
      'attention',
      notice,
      'Visitors are qualified by another model than the one that was chosen.',
      'Open Models in the console (or run `crowlit model list`): activate the chosen one again, or another.',
    );
  if (state === 'ready')
    return fine(
      check,
      `${id ?? 'The model'} answers.`,
      here
        ? 'Visitors are qualified on this machine.'
        : 'Visitors are qualified by the connected model server, which what they write is sent to.',
    );
  if (state === 'not_started')
    return fine(check, `${id ?? 'The model file'} is there.`, 'It is loaded when the appliance runs.');
  if (state === 'loading' && !here)
    return found(
      check,
      'attention',
      problem ?? 'The model server does not answer.',
      meaning,
      'Look after the model server, or activate another model on the console’s page Models.',
    );
  if (state === 'loading')
    return found(check, 'attention', 'Loading.', meaning, 'Wait a moment, then look again.');
  return found(
    check,
    'danger',
    problem ?? 'It is not there or cannot be loaded.',
    meaning,
    'Check the key model.path and the appliance’s log.',
  );
};

const broker = (deps: DoctorDeps): Finding => {
  const check = 'Egress broker';
  const {state, problem} = deps.broker();
  if (state === 'running')
    return fine(check, 'Running.', 'The only way out is open to the listed destinations alone.');
  if (state === 'not_started')
    return notSeen(
      check,
      'Not looked at from here.',
      'It runs with the appliance, and nothing leaves while that is stopped.',
    );
  return found(
    check,
    state === 'starting' ? 'attention' : 'danger',
    `${state === 'starting' ? 'Starting' : 'Stopped'}${problem === null ? '.' : `: ${problem}`}`,
    'Nothing can leave this machine: leads wait in the outbox and none is lost.',
    state === 'starting'
      ? 'Wait a moment, then look again.'
      : 'Look for “egress broker” in the log and restart the appliance.',
  );
};

const mail = async (deps: DoctorDeps): Promise<Finding> => {
  const check = 'Mail';
  const {state, problem, waiting, failed} = await deps.mail();
  const letters = (n: number) => `${n} ${n === 1 ? 'letter' : 'letters'}`;
  if (state === 'not_started')
    return notSeen(check, 'Not looked at: the appliance does not run.', 'Letters leave only while it runs.');
  if (state === 'off')
    return found(
      check,
      'attention',
      'No mail server is set.',
      'Links for invitations and new passwords are shown, and nobody gets them by mail.',
      'Set the mail server of your organisation on the console’s page Mail, or go on handing the links over yourself.',
    );
  if (state === 'held')
    return found(
      check,
      'attention',
      'The mail server waits until a second person has approved its host.',
      waiting === 0 ? 'No letter waits; the next one would.' : `${letters(waiting)} waiting for it.`,
      'Another administrator approves it on the console’s page Residency; with one alone it takes force after a day.',
    );
  if (state === 'failing')
    return found(
      check,
      'danger',
      `The last letter did not get through: ${problem ?? 'the log says why.'}`,
      waiting === 0
        ? 'No letter waits; the next one would.'
        : `${letters(waiting)} waiting; each is tried again until its link ends.`,
      'Mend the settings on the console’s page Mail, then send a test letter.',
    );
  if (failed > 0)
    return found(
      check,
      'attention',
      `${letters(failed)} could not be delivered.`,
      'The mail server works, and refused them: most often the address is wrong.',
      'Look at them on the console’s page Mail.',
    );
  return state === 'untested'
    ? found(
        check,
        'attention',
        'A mail server is set, and no letter was sent yet.',
        'Whether letters get through is not known.',
        'Send a test letter on the console’s page Mail.',
      )
    : fine(check, 'The mail server takes letters.', 'What comes back later goes to the From address alone.');
};

const promises = async (deps: DoctorDeps): Promise<Finding> => {
  const check = 'Promises';
  const {state, broken, lastRunAt} = await deps.evidence();
  if (state === 'not_started')
    return notSeen(
      check,
      'Not looked at: the appliance does not run.',
      'They are checked each night while it runs, and on the page Evidence.',
    );
  if (state === 'broken')
    return found(
      check,
      'danger',
      `Not kept: ${broken.join(', ')}.`,
      'Something is not as it is promised to visitors.',
      'Open the console’s page Evidence: each control says what it saw. Check again once it is mended.',
    );
  if (state === 'none')
    return found(
      check,
      'attention',
      'Not checked yet.',
      'Whether the promises are kept is not known until the first check, tonight.',
      'Check now on the console’s page Evidence.',
    );
  const late = lastRunAt !== null && deps.clock.now().getTime() - Date.parse(lastRunAt) > 2 * day;
  return late
    ? found(
        check,
        'attention',
        'Not checked for more than two days.',
        'What was seen then says nothing of today.',
        'Check now on the console’s page Evidence, and look in the log why the nightly check does not run.',
      )
    : fine(check, 'No control found one broken.', 'What each looked at stands on the page Evidence.');
};

const door = async (deps: DoctorDeps): Promise<Finding> => {
  const check = 'Address';
  const {host, port} = deps.config;
  const at = `${host}:${port}`;
  const answers = await deps.door();
  if (answers === 'this_appliance')
    return fine(check, `The appliance answers on ${at}.`, 'Visitors and agents can reach it.');
  if (answers === 'nobody')
    return fine(check, `${at} is free.`, 'The appliance is not running and can start here.');
  return found(
    check,
    'danger',
    `Another program answers on ${at}.`,
    'The appliance cannot start here.',
    'Stop that program, or set the key port (CROWLIT_PORT) to a free one.',
  );
};

const tls = ({certificate, clock, config}: DoctorDeps): Finding => {
  const check = 'TLS';
  if (certificate === undefined) {
    return config.publicUrl?.startsWith('https:')
      ? fine(
          check,
          `Ended by the proxy of ${config.publicUrl}.`,
          'The appliance itself is reached from this machine alone.',
        )
      : fine(check, 'None: it listens on this machine alone.', 'Nothing travels over a network.');
  }
  const x509 = new X509Certificate(certificate);
  const left = Math.floor((new Date(x509.validTo).getTime() - clock.now().getTime()) / day);
  const mend = 'Put a new certificate at tls.certificateFile and restart.';
  if (left < 0)
    return found(
      check,
      'danger',
      `The certificate ended ${-left} days ago.`,
      'Browsers refuse to connect.',
      mend,
    );
  if (left < 21)
    return found(
      check,
      left < 7 ? 'danger' : 'attention',
      `The certificate ends in ${left} days.`,
      'Browsers will refuse to connect after that.',
      mend,
    );
  if (x509.checkIssued(x509)) {
    return found(
      check,
      'attention',
      `Self-signed, ${left} days left.`,
      'Traffic is encrypted, but browsers warn, and visitors’ browsers will not show the widget.',
      'Give tls.certificateFile and tls.keyFile of your organisation.',
    );
  }
  return fine(
    check,
    `Good for ${left} days.`,
    'Everything that leaves this machine is encrypted, TLS 1.2 or newer.',
  );
};

/** A check that cannot be made is a finding, too. */
const guarded = async (check: string, run: () => Finding | Promise<Finding>): Promise<Finding> => {
  try {
    return await run();
  } catch (error) {
    return found(
      check,
      'attention',
      `Could not be checked: ${(error as Error).message}`,
      'Its state is not known.',
      'Run the doctor as the user that runs the appliance.',
    );
  }
};

export const examine = (deps: DoctorDeps): Promise<Finding[]> =>
  Promise.all([
    guarded('Data directory', () => dataDirectory(deps)),
    guarded('Master key', () => masterKey(deps)),
    guarded('Key store', () => keyStore(deps)),
    guarded('Keys', () => keys(deps)),
    guarded('Core dumps', () => coreDumps()),
    guarded('Debugger', () => inspector()),
    guarded('Swap', () => swap()),
    guarded('Disk space', () => disk(deps)),
    guarded('Clock', () => clockSanity(deps)),
    guarded('Audit log', () => auditLog(deps)),
    guarded('Node', () => node(deps)),
    guarded('Language model', () => model(deps)),
    guarded('Egress broker', () => broker(deps)),
    guarded('Way out', () => canary(deps)),
    guarded('Region of the disk', () => places(deps)),
    guarded('Mail', () => mail(deps)),
    guarded('Promises', () => promises(deps)),
    guarded('Address', () => door(deps)),
    guarded('TLS', () => tls(deps)),
  ]);
