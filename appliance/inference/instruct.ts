import {availableParallelism} from 'node:os';
import type {Llama, LlamaModel} from 'node-llama-cpp';
import type {Pointed, PointRequest, WriteRequest} from '../adapters/llm/contract.ts';
import {instructionIn, type Said, saidIn} from '../adapters/llm/dialogue.ts';
import {pointing} from '../adapters/llm/pointing/index.ts';
import {type Chat, createChat, type Prompt} from './chat.ts';
import {badModel, type GgufHeader} from './gguf.ts';
import {readInstruct, sequencesFor} from './instruct-settings.ts';
import {openLlama, templateRenderer} from './native.ts';
import {createPool, type Pool} from './pool.ts';
import {createPieces} from './pieces.ts';

export type InstructOptions = {
  threads: number;
  /** 0: what memory and cores allow. */
  sequences: number;
  /** For the shared beginnings of prompts; no visitor's words are written there. */
  stateDirectory: string;
  modelSize: number;
};

/** How a text is generated: `grammar` is GBNF, and binds every token. */
export type Generation = {
  prompt: Prompt;
  maxTokens: number;
  grammar?: string;
  owner?: string | undefined;
  onText?: (piece: string) => void;
  signal: AbortSignal;
};

/** Runs only in the inference process (and in the benchmark): everything here touches native code. */
export type Instruct = {
  chat: Chat;
  pool: Pool;
  point: (request: PointRequest, signal: AbortSignal) => Promise<Pointed>;
  write: (request: WriteRequest, onText: (piece: string) => void, signal: AbortSignal) => Promise<string>;
  generate: (generation: Generation) => Promise<{text: string; tokens: number}>;
  close: () => Promise<void>;
};

/** Tokens in one pass. Larger is little faster on a processor, and holds up whoever shares the pass or gives up. */
const batchSize = 256;
const mostPointingTokens = 512;

/** The template is tried in the process that may die of it; one that cannot be used is refused in words. */
const openChat = (model: LlamaModel, llama: Llama, template: string): Chat => {
  try {
    return createChat(model, templateRenderer(llama, template));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw badModel(`The model’s chat template cannot be used: ${why.slice(0, 300)}`);
  }
};

export const createInstruct = async (
  modelPath: string,
  header: GgufHeader,
  {threads, sequences, stateDirectory, modelSize}: InstructOptions,
): Promise<Instruct> => {
  const settings = readInstruct(header);
  const llama = await openLlama(threads);
  const model = await llama.loadModel({modelPath, gpuLayers: 0});
  const {contextSize} = settings;
  const context = await model.createContext({
    contextSize,
    batchSize,
    threads,
    sequences:
      sequences ||
      sequencesFor(settings, {
        memory: process.availableMemory(),
        modelSize,
        cores: availableParallelism(),
      }),
    // Else a model with a sliding window cannot go back to the shared beginning.
    swaFullCache: true,
  });
  const chat = openChat(model, llama, settings.template);
  const pool = createPool(context, stateDirectory);

  const generate = async ({prompt, maxTokens, grammar, owner, onText, signal}: Generation) => {
    if (prompt.tokens.length + maxTokens > contextSize)
      throw new Error(`The turn needs more than the ${contextSize} tokens this model reads at once.`);
    const {LlamaGrammarEvaluationState} = await import('node-llama-cpp');
    const bound = grammar === undefined ? undefined : await llama.createGrammar({grammar});
    const {place, rest} = await pool.take(prompt, owner);
    const {sequence} = place;
    const pieces = createPieces(model, onText);
    try {
      // In parts, so that giving up is noticed between them.
      for (; rest.length > batchSize && !signal.aborted; rest.splice(0, batchSize))
        await sequence.evaluateWithoutGeneratingNewTokens(rest.slice(0, batchSize));
      signal.throwIfAborted();
      const written = sequence.evaluate(rest, {
        temperature: 0,
        ...(bound
          ? {grammarEvaluationState: new LlamaGrammarEvaluationState({model, grammar: bound})}
          : {repeatPenalty: {punishTokens: () => pieces.tokens().slice(-64), penalty: 1.1}}),
      });
      for await (const token of written) {
        signal.throwIfAborted();
        // A mark of the template ends the turn, whether or not the file says that it does.
        if (chat.isMark(token)) break;
        pieces.push(token);
        if (pieces.tokens().length >= maxTokens) break;
      }
      return {text: pieces.end(), tokens: pieces.tokens().length};
    } catch (error) {
      // What a failed evaluation left behind is not gone on with.
      if (!signal.aborted) place.forgotten = true;
      throw error;
    } finally {
      await pool.release(place);
    }
  };

  /** What was said longest ago gives way, and of a message too long its oldest part. */
  const fitted = (system: string, turns: Said[], task: string, maxTokens: number): Prompt => {
    const prompt = chat.prompt(system, [...turns, {role: 'user', text: task}]);
    const last = turns.at(-1);
    if (prompt.tokens.length + maxTokens <= contextSize || !last || last.text.length < 2) return prompt;
    const shorter =
      turns.length > 1 ? turns.slice(1) : [{...last, text: last.text.slice(Math.ceil(last.text.length / 4))}];
    return fitted(system, shorter, task, maxTokens);
  };

  return {
    chat,
    pool,
    generate,
    point: async (request, signal) => {
      const {system, user, grammar, read} = pointing(request);
      const prompt = chat.prompt(system, [{role: 'user', text: user}]);
      const owner = request.conversationId;
      return read((await generate({prompt, maxTokens: mostPointingTokens, grammar, owner, signal})).text);
    },
    write: async (request, onText, signal) => {
      const {system, maxTokens, conversationId} = request;
      const prompt = fitted(system, saidIn(request), instructionIn(request), maxTokens);
      return (await generate({prompt, maxTokens, owner: conversationId, onText, signal})).text;
    },
    close: async () => {
      await context.dispose();
      await llama.dispose();
    },
  };
};
