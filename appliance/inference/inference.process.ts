/**
 * The inference process: loads one model, answers over its standard streams, ends when its parent goes. It runs without
 * network, without any file but the model and the code, and with an empty environment (see arguments.ts).
 */
import {readFileSync} from 'node:fs';
import {isAppError} from '../kit/errors.ts';
import {readGguf} from './gguf.ts';
import {createLabeller} from './labeller.ts';
import type {FromModel, ToModel} from './protocol.ts';

const say = (message: FromModel) => process.stdout.write(`${JSON.stringify(message)}\n`);
// A library that prints must not garble the answers.
console.log = console.info = console.warn = console.error = () => {};

const [modelPath = '', threads = '1'] = process.argv.slice(2);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message.slice(0, 500) : 'unknown');

try {
  const file = readFileSync(modelPath);
  const labeller = await createLabeller(modelPath, readGguf(file, file.length), {threads: Number(threads)});
  // The first evaluation allocates: it is paid here, not by the first visitor.
  await labeller.point({locale: 'en', turns: [{role: 'visitor', text: 'ok'}]});
  let turn = Promise.resolve();
  const answer = async ({id, request}: ToModel) => {
    try {
      say({id, result: await labeller.point(request)});
    } catch (error) {
      say({id, error: reasonOf(error)});
    }
  };
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) turn = turn.then(() => answer(JSON.parse(line) as ToModel));
  });
  process.stdin.on('end', () => process.exit(0));
  say({ready: true});
} catch (error) {
  say({failed: reasonOf(error), code: isAppError(error) ? 'llm.bad_model' : 'llm.unavailable'});
  process.exitCode = 1;
}
