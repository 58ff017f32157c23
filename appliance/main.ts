/** The command line: the only reader of arguments and environment. */
import {existsSync, readFileSync, rmSync} from 'node:fs';
import {resolve} from 'node:path';
import {parseArgs} from 'node:util';
import type {Appliance} from './appliance.ts';
import type {HostAudit} from './features/audit/elsewhere/elsewhere.schema.ts';
import type {MailHealth} from './features/mail/mail.schema.ts';
import type {Overview} from './features/models/models.schema.ts';
import type {DoctorDeps} from './features/operations/doctor.ts';
import {type Config, loadConfig} from './config.ts';
import {regions} from './features/privacy/regions.ts';
import {refuseOpenings, restrainProcess} from './hardening.ts';
import {collectWhenQuiet} from './kit/quiet-collection.ts';
import {AppError, isAppError} from './kit/errors.ts';
import {keysUsage, readKeysOrder, runKeysAct, runKeysOffline} from './keys-command.ts';
import type {HostAct, KeysView} from './features/keys/keys.schema.ts';
import {modelUsage, type ModelOptions, readOrder, runModelOrder} from './model-command.ts';
import {readSetupAnswers, setupHelp, setupVariables} from './setup-answers.ts';

const usage = `crowlit <command> [options]

  serve             start the appliance and print its address
  setup             answer the set-up questions from --file or CROWLIT_SETUP_*, without a browser; \`help setup\` shows how
  doctor [--json]   check data directory, keys, disk, clock, audit log, model, mail, address and certificate
  reset-password EMAIL [--second-factor]
                    a one-time link for a new password, for who can sign in no more; also while it runs.
                    The second factor stays, unless --second-factor is given: then the link removes it, too
  model ...         language models: list, import, verify, bench, measure, activate, remove, stop, server; also while it runs
  keys ...          keys: state, rotate, rotate-file, copy, restore FILE, change-master --to FILE
  audit verify FILE [--checkpoint FILE|FOLDER] [--key KEY|FILE]
                    whether an export of the audit log is whole, and what it should be by an earlier checkpoint
  evidence export [--out DIR]
                    a signed pack of what the checks of the promises saw; also while it runs
  evidence verify PACK [--key KEY|FILE]
                    whether a byte of such a pack was changed
  receipt verify FILE [--key KEY|FILE] [--id ID]
                    whether the receipt of a retention run is what was signed, and whether an id is in it
  cancel status [--json]
                    whether the account is cancelled, and when everything is deleted; also while it runs
  certificate verify FILE [--key KEY|FILE] [--audit-log FILE]
                    whether the certificate of a deletion, or of a person’s erasure, is genuine
  start-anew NAME   after everything was deleted: makes way for a new installation. NAME is the organisation that was
  demo              a sample organisation, two agents and a website to try the widget on; then serve
  help [settings|setup]
                    this text; every setting with its default; a file of set-up answers

  --config FILE     settings as YAML or JSON; each is also a variable: port is CROWLIT_PORT,
                    tls.certificateFile is CROWLIT_TLS_CERTIFICATE_FILE
  --file FILE       set-up answers as YAML or JSON
`;

const environment = {...process.env};
// no child and no crash report needs the secrets that came this way
for (const name of Object.keys(process.env)) {
  if (name === 'CROWLIT_MASTER_KEY' || name.startsWith('CROWLIT_SETUP_')) delete process.env[name];
}
const workingDirectory = process.cwd();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

type Options = ModelOptions & {
  config?: string | undefined;
  file?: string | undefined;
  json?: boolean | undefined;
  'second-factor'?: boolean | undefined;
  out?: string | undefined;
  to?: string | undefined;
};
const configOf = (options: Options): Config =>
  loadConfig({configFile: options.config, environment, workingDirectory});
const answersOf = (options: Options) =>
  readSetupAnswers({
    file: options.file,
    regions: regions.map(({code}) => code),
    environment,
    workingDirectory,
  });

const refuseDeleted = async (config: Config): Promise<void> =>
  (await import('./deletion.ts')).refuseWhereDeleted(config);

/** Opens everything, and takes back what this attempt alone has made when it fails. */
const open = async (
  config: Config,
  withModel: boolean,
): Promise<{appliance: Appliance; close: () => Promise<void>}> => {
  await refuseDeleted(config);
  const {prepareOutside} = await import('./outside.ts');
  const {outside, key, notices} = await prepareOutside(config, {withModel});
  const away = () => rmSync(outside.socketDirectory ?? '', {recursive: true, force: true});
  try {
    const {createAppliance} = await import('./appliance.ts');
    const appliance = await createAppliance(config, outside);
    for (const notice of notices) tell(notice);
    return {
      appliance,
      close: async () => {
        try {
          await appliance.close();
        } finally {
          away();
        }
      },
    };
  } catch (error) {
    if (isAppError(error) && error.code === 'storage.wrong_key') key.discard();
    await outside.model.close();
    away();
    throw error;
  }
};

/** Ends once, after what is under way; asked a second time, or after too long, at once. */
const untilAskedToStop = (close: () => Promise<void>): Promise<void> =>
  new Promise((resolve, reject) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(1);
      asked = true;
      const late = setTimeout(() => process.exit(1), 20_000);
      late.unref();
      close().then(resolve, reject);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });

/** What is left where an installation was cancelled; first finishes what was begun. */
const serveDeleted = async (options: Options) => {
  const {serveDeleted: begin} = await import('./deletion.ts');
  const configFile = resolve(workingDirectory, options.config ?? environment['CROWLIT_CONFIG'] ?? '');
  const serving = await begin(configOf(options), {configFile, tell});
  for (const line of serving.lines) say(line);
  return serving.close;
};

const serve = async (options: Options, demo = false): Promise<number> => {
  const config = configOf(options);
  const answers = answersOf(options);
  const {deletionOf} = await import('./deletion.ts');
  if (await deletionOf(config)) {
    await untilAskedToStop(await serveDeleted(options));
    return 0;
  }
  const {appliance, close: closeAppliance} = await open(config, true);
  collectWhenQuiet();
  let close = closeAppliance;
  const stopped = untilAskedToStop(() => close());
  try {
    if (answers !== undefined && !(await appliance.isSetUp())) await appliance.setUp(answers);
    const created = demo ? (await appliance.demo()).created : [];
    const {url, setupUrl} = await appliance.start();
    if (demo) {
      say(`Demo website  ${url}/demo`);
      for (const {role, email, password} of created) say(`${role.padEnd(13)} ${email}  ${password}`);
      if (created.length === 0) say('The demo was set up before; its passwords were shown then.');
      else say('No second factor is asked of them; each can set one up in the menu under their name.');
    }
    say(setupUrl ?? url);
  } catch (error) {
    await close();
    throw error;
  }
  const isOver = await Promise.race([stopped.then(() => false), appliance.ended.then(() => true)]);
  if (isOver) {
    // another node may have destroyed already what closing would have written to
    await close().catch(() => undefined);
    close = await serveDeleted(options);
    await stopped;
  }
  return 0;
};

const setup = async (options: Options): Promise<number> => {
  const answers = answersOf(options);
  if (answers === undefined) {
    tell(`crowlit setup: no answers. Give --file FILE, or set ${setupVariables.join(', ')}.`);
    return 2;
  }
  const {appliance, close} = await open(configOf(options), false);
  try {
    if (await appliance.isSetUp()) {
      say('The appliance is set up already; nothing was changed.');
      return 0;
    }
    await appliance.setUp(answers);
    say('The appliance is set up. `crowlit serve` starts it.');
    return 0;
  } finally {
    await close();
  }
};

/** How the mail of the appliance that runs is; without one, or without its master key, nobody can say. */
const mailState = async (config: Config): ReturnType<DoctorDeps['mail']> => {
  const nobody = {state: 'not_started', problem: null, waiting: 0, failed: 0} as const;
  const [{findMasterKey, hostKey}, {mailStateProof}, door] = await Promise.all([
    import('./master-key.ts'),
    import('./features/mail/host-door.ts'),
    import('./door.ts'),
  ]);
  const master = findMasterKey(config);
  if (!master || (await door.whoAnswers(config)) !== 'this_appliance') return nobody;
  const at = new Date().toISOString();
  const proof = mailStateProof(hostKey(master), at);
  const {status, answer} = await door.order(config, '/api/host/mail', {at, proof});
  return status === 200 ? (answer as MailHealth) : nobody;
};

/** How the witnesses of the audit log are, as the appliance that runs sees them; else whether the places can be written. */
const auditState = async (config: Config): Promise<HostAudit> => {
  const [{findMasterKey, hostKey}, {auditStateProof}, door, {witnessPlaces, witnessProblem}] =
    await Promise.all([
      import('./master-key.ts'),
      import('./features/audit/elsewhere/elsewhere.routes.ts'),
      import('./door.ts'),
      import('./features/audit/witnesses.ts'),
    ]);
  const master = findMasterKey(config);
  if (master && (await door.whoAnswers(config)) === 'this_appliance') {
    const at = new Date().toISOString();
    const proof = auditStateProof(hostKey(master), at);
    const {status, answer} = await door.order(config, '/api/host/audit', {at, proof});
    if (status === 200) return answer as HostAudit;
  }
  const places = witnessPlaces(config.audit).map(async place => ({
    ...place,
    deliveredSize: 0,
    deliveredAt: null,
    problem: await witnessProblem(place),
    problemSince: null,
    behind: false,
  }));
  return {refused: null, lastCheck: null, witnesses: await Promise.all(places)};
};

const doctor = async (options: Options): Promise<number> => {
  const config = configOf(options);
  // a database that cannot be reached is for the findings to say
  await refuseDeleted(config).catch((error: unknown) => {
    if (!isAppError(error) || error.code !== 'storage.unreachable') throw error;
  });
  const [
    {examine},
    {modelPath},
    {masterKeyOpens},
    {selfSignedFiles},
    {systemClock},
    {whoAnswers},
    models,
    {evidenceState},
  ] = await Promise.all([
    import('./features/operations/doctor.ts'),
    import('./outside.ts'),
    import('./master-key.ts'),
    import('./tls.ts'),
    import('./kit/clock.ts'),
    import('./door.ts'),
    import('./features/models/choice.ts'),
    import('./evidence-command.ts'),
  ]);
  const files = config.tls && 'selfSigned' in config.tls ? selfSignedFiles(config.dataDirectory) : config.tls;
  const certificate =
    files && existsSync(files.certificateFile) ? readFileSync(files.certificateFile, 'utf8') : undefined;
  const model = modelPath(config);
  const notice = models.choiceProblem(config.dataDirectory);
  const findings = await examine({
    clock: systemClock,
    clockDoubt: () => Promise.resolve(null),
    config,
    masterKeyOpens: () => masterKeyOpens(config).catch(() => undefined),
    certificate,
    nodeVersion: process.version,
    model: () =>
      existsSync(model)
        ? {state: 'not_started', id: model, problem: null, notice, here: true}
        : {state: 'unavailable', id: null, problem: `There is no model at ${model}.`, notice, here: true},
    broker: () => ({state: 'not_started', problem: null}),
    mail: () => mailState(config),
    audit: () => auditState(config),
    // a database that cannot be reached is a finding of its own
    evidence: () =>
      evidenceState(config).catch(() => ({state: 'not_started' as const, broken: [], lastRunAt: null})),
    residency: () => Promise.resolve(undefined),
    door: () => whoAnswers(config),
    keys: async () => (await keysOrder(config))?.('state'),
  });
  if (options.json === true)
    say(JSON.stringify({checkedAt: systemClock.iso(), version: process.version, findings}, null, 2));
  else {
    const marks = {ok: 'ok       ', unknown: 'not seen ', attention: 'attention', danger: 'DANGER   '};
    for (const {check, severity, state, meaning, mend} of findings) {
      say(
        `${marks[severity]}  ${check}: ${state} ${meaning}${mend === null ? '' : `\n           → ${mend}`}`,
      );
    }
  }
  return findings.some(({severity}) => severity === 'danger') ? 1 : 0;
};

const needsData = (config: Config): AppError =>
  new AppError(
    'unavailable',
    'config.no_data',
    `There is no data, or no master key, at ${config.dataDirectory}. Give the settings the appliance is started with: --config FILE, or its CROWLIT_ variables.`,
  );

/** Models: the appliance that runs does the work, or the data is opened where none runs. */
const model = async (options: Options, words: string[]): Promise<number> => {
  const order = readOrder(words, options, workingDirectory);
  if (!order) {
    tell(modelUsage);
    return 2;
  }
  const config = configOf(options);
  await refuseDeleted(config);
  const [{findMasterKey, hostKey, masterKeyOpens}, {modelOrderProof}, door] = await Promise.all([
    import('./master-key.ts'),
    import('./features/models/host-order.ts'),
    import('./door.ts'),
  ]);
  const master = findMasterKey(config);
  if (!master || (await masterKeyOpens(config)) === undefined) throw needsData(config);
  const shown = {json: options.json === true, say, tell};
  if ((await door.whoAnswers(config)) === 'this_appliance') {
    return runModelOrder(order, shown, async wanted => {
      const at = new Date().toISOString();
      const proof = modelOrderProof(hostKey(master), wanted, at);
      const {status, answer} = await door.order(config, '/api/host/models', {order: wanted, at, proof});
      if (status === 200) return answer as Overview;
      const {error} = answer as {error: {message: string; code: string}};
      throw new AppError(status === 400 ? 'invalid' : 'unavailable', error.code, error.message);
    });
  }
  const {appliance, close} = await open(config, false);
  try {
    appliance.models.prepare();
    return await runModelOrder(order, shown, appliance.models.order);
  } finally {
    await close();
  }
};

/** An order about keys to the appliance that runs; undefined where none runs or the master key is another. */
const keysOrder = async (config: Config): Promise<((act: HostAct) => Promise<KeysView>) | undefined> => {
  const [{findMasterKey, hostKey}, {keysOrderProof}, door] = await Promise.all([
    import('./master-key.ts'),
    import('./features/keys/host-door.ts'),
    import('./door.ts'),
  ]);
  const master = findMasterKey(config);
  if (!master || (await door.whoAnswers(config)) !== 'this_appliance') return undefined;
  return async act => {
    const at = new Date().toISOString();
    const proof = keysOrderProof(hostKey(master), act, at);
    const {status, answer} = await door.order(config, '/api/host/keys', {act, at, proof});
    if (status === 200) return answer as KeysView;
    const {error} = answer as {error: {message: string; code: string}};
    throw new AppError(status === 409 ? 'conflict' : 'unavailable', error.code, error.message);
  };
};

const keys = async (options: Options, words: string[]): Promise<number> => {
  const order = readKeysOrder(words, options, workingDirectory);
  if (!order) {
    tell(keysUsage);
    return 2;
  }
  const config = configOf(options);
  if (order.act === 'restore' || order.act === 'change-master')
    return runKeysOffline(order, config, {say, tell});
  const running = await keysOrder(config);
  if (running) return runKeysAct(order, {say, tell}, running);
  const {masterKeyOpens} = await import('./master-key.ts');
  if ((await masterKeyOpens(config)) === undefined) throw needsData(config);
  const {appliance, close} = await open(config, false);
  try {
    return await runKeysAct(order, {say, tell}, appliance.keys.order);
  } finally {
    await appliance.keys.finish();
    await close();
  }
};

/** For whoever has lost the only administrator's password: given by the host, to the appliance that runs or to its data. */
const resetPassword = async (options: Options, email: string): Promise<number> => {
  const config = configOf(options);
  await refuseDeleted(config);
  const [{findMasterKey, hostKey, masterKeyOpens}, {hashToken, proofOf}, {newToken}, door] =
    await Promise.all([
      import('./master-key.ts'),
      import('./features/accounts/index.ts'),
      import('./kit/ids.ts'),
      import('./door.ts'),
    ]);
  const master = findMasterKey(config);
  if (!master || (await masterKeyOpens(config)) === undefined) {
    throw needsData(config);
  }
  const token = newToken();
  const removesFactor = options['second-factor'] === true;
  const wanted = {email, tokenHash: hashToken(token), removesFactor, at: new Date().toISOString()};
  const show = (base: string, expiresAt: string): number => {
    say(`${base}/invitation/${token}`);
    tell(
      `Open it until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC and choose a new password. It works once.`,
    );
    tell(
      removesFactor
        ? 'Whoever uses it loses the second factor and the recovery codes, and sets up new ones.'
        : 'The second factor stays: its code is asked at the next sign-in. Lost with the recovery codes? Add --second-factor.',
    );
    return 0;
  };
  if ((await door.whoAnswers(config)) === 'this_appliance') {
    const proof = proofOf(hostKey(master), wanted);
    const {status, answer} = await door.order(config, '/api/host/password-reset', {...wanted, proof});
    if (status === 201) {
      const {consoleUrl, expiresAt} = answer as {consoleUrl: string; expiresAt: string};
      return show(consoleUrl, expiresAt);
    }
    const {error} = answer as {error: {message: string; code: string}};
    throw new AppError('unavailable', error.code, error.message);
  }
  const {appliance, close} = await open(config, false);
  try {
    const {expiresAt} = await appliance.resetFromHost(email, wanted);
    tell('The appliance is not running: start it, then open the address.');
    const scheme = config.tls === undefined ? 'http' : 'https';
    return show(config.publicUrl ?? `${scheme}://${config.host}:${config.port}`, expiresAt);
  } finally {
    await close();
  }
};

const evidence = async (options: Options, words: string[]): Promise<number> => {
  const {evidenceCommand} = await import('./evidence-command.ts');
  return evidenceCommand(words, {
    config: () => configOf(options),
    out: options.out,
    open: async config => {
      const {masterKeyOpens} = await import('./master-key.ts');
      if ((await masterKeyOpens(config)) === undefined) throw needsData(config);
      return open(config, false);
    },
    workingDirectory,
    say,
    tell,
  });
};
const placeOf = {audit: 'Audit log', receipt: 'Retention'} as const;

/** Without settings or data: an auditor has only the file. */
const verifyCommand = async (what: keyof typeof placeOf, words: string[]): Promise<number> => {
  const {runVerify} = await import('../packaging/verify-audit.mjs');
  if (words[0] === 'verify') return runVerify(words.slice(1), {say, tell});
  tell(
    `crowlit ${what}: say \`crowlit ${what} verify FILE\`. The file itself is on the console’s page ${placeOf[what]}.`,
  );
  return 2;
};

const certificateCommand = async (words: string[]): Promise<number> => {
  const {runVerifyCertificate} = await import('../packaging/verify-certificate.mjs');
  if (words[0] === 'verify') return runVerifyCertificate(words.slice(1), {say, tell});
  tell('crowlit certificate: say `crowlit certificate verify FILE`.');
  return 2;
};

/** How the cancellation is: of the appliance that runs, of its data, or of what is left of it. */
const cancelStatus = async (options: Options): Promise<number> => {
  const config = configOf(options);
  const {cancellationState, describeCancellation} = await import('./deletion.ts');
  const state = await cancellationState(config, async () => {
    const {appliance, close} = await open(config, false);
    try {
      return await appliance.cancellationState();
    } finally {
      await close();
    }
  });
  if (options.json === true) say(JSON.stringify(state, null, 2));
  else for (const line of describeCancellation(state)) say(line);
  return 0;
};

const startAnew = async (options: Options, name: string): Promise<number> => {
  const {startAnew: setAside} = await import('./deletion.ts');
  const kept = await setAside(configOf(options), name);
  say(`The certificate and the audit log are kept in ${kept}. \`crowlit serve\` sets up a new installation.`);
  return 0;
};

const run = async (): Promise<number> => {
  const [, , verifies] = process.argv;
  if (verifies === 'audit' || verifies === 'receipt') return verifyCommand(verifies, process.argv.slice(3));
  if (verifies === 'certificate') return certificateCommand(process.argv.slice(3));
  if (process.argv[2] === 'evidence' && process.argv[3] === 'verify') {
    const {runVerifyPack} = await import('../packaging/verify-evidence.mjs');
    return runVerifyPack(process.argv.slice(4), {say, tell});
  }
  const {positionals, values} = parseArgs({
    allowPositionals: true,
    options: {
      config: {type: 'string'},
      file: {type: 'string'},
      json: {type: 'boolean'},
      'second-factor': {type: 'boolean'},
      to: {type: 'string'},
      sha256: {type: 'string'},
      model: {type: 'string'},
      region: {type: 'string'},
      by: {type: 'string'},
      private: {type: 'boolean'},
      'key-file': {type: 'string'},
      out: {type: 'string'},
      help: {type: 'boolean', short: 'h'},
    },
  });
  const [command = 'help', ...rest] = positionals;
  refuseOpenings(process.execArgv, environment.NODE_OPTIONS);
  restrainProcess();
  if (command === 'help' && rest[0] === 'settings') {
    const {settingsHelp} = await import('./settings-help.ts');
    say(settingsHelp());
    return 0;
  }
  if (command === 'help' && rest[0] === 'setup') {
    say(setupHelp());
    return 0;
  }
  if (command === 'reset-password' && rest.length === 1) return resetPassword(values, rest[0] ?? '');
  if (command === 'cancel' && rest.length === 1 && rest[0] === 'status') return cancelStatus(values);
  if (command === 'start-anew' && rest.length === 1) return startAnew(values, rest[0] ?? '');
  if (command === 'evidence' && values.help !== true) return evidence(values, rest);
  if (command === 'keys' && values.help !== true) return keys(values, rest);
  if (command === 'keys') {
    say(keysUsage);
    return 0;
  }
  if (command === 'model' && values.help !== true) return model(values, rest);
  if (command === 'model') {
    say(modelUsage);
    return 0;
  }
  if (rest.length > 0) {
    tell(`crowlit ${command}: what is meant by ${rest.join(' ')}? \`crowlit help\` lists what there is.`);
    return 2;
  }
  if (values.help === true || command === 'help') {
    say(usage);
    return 0;
  }
  if (command === 'serve') return serve(values);
  if (command === 'demo') return serve(values, true);
  if (command === 'setup') return setup(values);
  if (command === 'doctor') return doctor(values);
  if (command === 'reset-password') {
    tell('crowlit reset-password: whose? Give the e-mail address the person signs in with.');
    return 2;
  }
  if (command === 'cancel') {
    tell(
      'crowlit cancel: say `crowlit cancel status`. An administrator cancels on the console’s page Cancellation.',
    );
    return 2;
  }
  if (command === 'start-anew') {
    tell('crowlit start-anew: name the organisation whose data was deleted.');
    return 2;
  }
  tell(`crowlit: there is no command ${command}.\n\n${usage}`);
  return 2;
};

const isUsage = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

const fail = (error: unknown): never => {
  if (isAppError(error)) tell(`crowlit: ${error.message} [${error.code}]`);
  else if (isUsage(error)) tell(`crowlit: ${error.message}`);
  else tell(`crowlit: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return process.exit(isUsage(error) || (isAppError(error) && error.kind === 'invalid') ? 2 : 1);
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

await run().then(code => process.exit(code), fail);
