/**
 * Starts the broker and the model, takes every file descriptor there is, and kills both: neither can be started again.
 * Gives the descriptors back after several tries of each, and prints what both are doing in the end.
 */
import {closeSync, openSync} from 'node:fs';
import {createEgress} from '../../appliance/egress/index.ts';
import {createInference} from '../../appliance/inference/index.ts';
import {systemClock} from '../../appliance/kit/clock.ts';

const [modelPath = '', socketDirectory = ''] = process.argv.slice(2);
const failed = {broker: 0, model: 0};
const taken: number[] = [];
const enough = Promise.withResolvers<void>();

const takeAll = (): void => {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // there are no more
  }
};
/** Whoever ends gives its pipes back: those are taken, too, before the next start. */
const ended =
  (who: keyof typeof failed) =>
  (fields: Record<string, unknown>): void => {
    if (String(fields['reason'] ?? fields['why']).includes('EMFILE')) failed[who] += 1;
    if (failed.broker < 2 || failed.model < 7) {
      takeAll();
      return;
    }
    for (const descriptor of taken.splice(0)) closeSync(descriptor);
    enough.resolve();
  };
const nothing = () => undefined;
const log = {debug: nothing, info: nothing, warn: ended('model'), error: ended('broker')};

const egress = createEgress({
  region: 'de',
  destinations: async () => [],
  onAttempt: nothing,
  log,
  clock: systemClock,
  socketDirectory,
});
const model = createInference({modelPath, log, threads: 1, catalogue: []});
await Promise.all([egress.ready(), model.ready()]);
for (const pid of [egress.status().pid, model.processId()]) process.kill(pid ?? 0, 'SIGKILL');
await enough.promise;
await model.ready();
// a request waits five seconds for the broker, which may be pausing for longer
for (let tries = 0; tries < 4 && egress.status().state !== 'running'; tries += 1)
  await egress.reload().catch(nothing);
process.stdout.write(JSON.stringify({broker: egress.status().state, model: model.status().state}));
await Promise.all([egress.close(), model.close()]);
