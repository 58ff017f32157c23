/**
 * The inference process: loads one model, answers over its standard streams, ends when its parent goes. It runs without
 * network, without any file but the model and the code, and with an empty environment (see arguments.ts).
 */
import {open} from 'node:fs/promises';
import {isAppError} from '../kit/errors.ts';
import {createLabeller} from './labeller.ts';
import {kindOf, readHeader} from './model-file.ts';
import type {FromModel, ToModel} from './protocol.ts';
import {type Answering, answerWithEmbedder, answerWithInstruct, answerWithLabeller} from './answering.ts';
import {createEmbedder} from './embedder.ts';
import {createInstruct} from './instruct.ts';

const say = (message: FromModel) => process.stdout.write(`${JSON.stringify(message)}\n`);
// A library that prints must not garble the answers.
console.log = console.info = console.warn = console.error = () => {};

const [modelPath = '', threads = '1', sequences = '0', stateDirectory = ''] = process.argv.slice(2);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message.slice(0, 500) : 'unknown');

const load = async (): Promise<Answering> => {
  const file = await open(modelPath, 'r');
  const {size} = await file.stat();
  const header = await readHeader(file, size).finally(() => file.close());
  const kind = kindOf(header);
  if (kind === 'labelling')
    return await answerWithLabeller(await createLabeller(modelPath, header, {threads: Number(threads)}));
  if (kind === 'embedding')
    return await answerWithEmbedder(await createEmbedder(modelPath, header, {threads: Number(threads)}));
  const options = {threads: Number(threads), sequences: Number(sequences), stateDirectory, modelSize: size};
  return await answerWithInstruct(await createInstruct(modelPath, header, options));
};

try {
  const {places, answer, forget} = await load();
  const running = new Map<number, AbortController>();
  const receive = async (message: ToModel) => {
    if ('cancel' in message) return running.get(message.cancel)?.abort();
    if ('forget' in message) return await forget(message.forget);
    const {id} = message;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      say(await answer(message, piece => say({id, piece}), controller.signal));
    } catch (error) {
      say({id, error: reasonOf(error)});
    } finally {
      running.delete(id);
    }
  };
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) void receive(JSON.parse(line) as ToModel);
  });
  process.stdin.on('end', () => process.exit(0));
  say({ready: true, places});
} catch (error) {
  say({failed: reasonOf(error), code: isAppError(error) ? 'llm.bad_model' : 'llm.unavailable'});
  process.exitCode = 1;
}
