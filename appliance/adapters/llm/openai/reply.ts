import {createParser} from 'eventsource-parser';
import {z} from 'zod';
import {answerOf} from '../dialogue.ts';
import {brokenOff, noCompletion} from './outcome.ts';

const largestEvent = 64 * 1024;
const chunk = z.object({
  choices: z.array(
    z.object({
      delta: z.object({content: z.string().nullish()}).optional(),
      finish_reason: z.string().nullish(),
    }),
  ),
});

const parseChunk = (data: string): z.output<typeof chunk> => {
  try {
    return chunk.parse(JSON.parse(data));
  } catch {
    // an error in mid-reply comes as an event like any other
    throw brokenOff();
  }
};

/** Reads a streamed chat completion as it comes: server-sent events, each with some of the text, and `[DONE]` at the end. */
export const readReply = (onText: (piece: string) => void) => {
  const decoder = new TextDecoder();
  let whole = '';
  let told = 0;
  let begun = false;
  let ended = false;
  const parser = createParser({
    maxBufferSize: largestEvent,
    onError: ({type}) => {
      if (type === 'max-buffer-size-exceeded') throw noCompletion();
    },
    onEvent: ({data}) => {
      if (ended) return;
      begun = true;
      if (data.trim() === '[DONE]') {
        ended = true;
        return;
      }
      const [choice] = parseChunk(data).choices;
      whole += choice?.delta?.content ?? '';
      const answer = answerOf(whole);
      if (answer.length > told) onText(answer.slice(told));
      told = answer.length;
    },
  });
  return {
    take: (piece: Buffer): void => parser.feed(decoder.decode(piece, {stream: true})),
    /** The whole text; throws where the reply did not come to its end. */
    end: (): string => {
      if (!begun) throw noCompletion();
      if (!ended) throw brokenOff();
      return answerOf(whole);
    },
  };
};
