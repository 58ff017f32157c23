import {execFile} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import test from 'ava';
import {randomLabellingModel} from '../../models/training/labelling-model.ts';
import {temporaryDirectory} from '../helpers/databases.ts';

const withoutDescriptors = fileURLToPath(
  new URL('../helpers/out-of-descriptors.process.ts', import.meta.url),
);

test('out of file descriptors the appliance stays up, and starts broker and model once there are some', async t => {
  const directory = temporaryDirectory(t);
  const modelPath = join(directory, 'random.gguf');
  writeFileSync(modelPath, randomLabellingModel(7));
  const {stdout} = await promisify(execFile)('sh', [
    '-c',
    'ulimit -n 256; exec "$@"',
    'sh',
    process.execPath,
    withoutDescriptors,
    modelPath,
    directory,
  ]);
  t.deepEqual(JSON.parse(stdout), {broker: 'running', model: 'ready'});
});
