/**
 * The destruction as the command line does it, killed from outside before the step that is named: no hook in the product
 * would be as hard as SIGKILL is.
 */
import {loadConfig} from '../../appliance/config.ts';
import {serveDeleted} from '../../appliance/deletion.ts';

const [step] = process.argv.slice(2);
await serveDeleted(loadConfig({environment: process.env, workingDirectory: process.cwd()}), {
  configFile: undefined,
  tell: line => {
    process.stdout.write(`${line}\n`);
    if (line === `Deleting: ${step}`) process.kill(process.pid, 'SIGKILL');
  },
});
