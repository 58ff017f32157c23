import {z} from 'zod';
import type {EmbeddingModel} from '../../adapters/llm/contract.ts';
import {AppError} from '../../kit/errors.ts';
import {locale, type Locale} from '../../kit/schema.ts';
import {fitTexts} from './fit-texts.ts';

/** How near a passage must be before it may be quoted, and how many of the known answers are that near. */
const measure = z.object({bar: z.number(), hits: z.number().int(), of: z.number().int()});
type Measure = z.infer<typeof measure>;
/** For questions in a language: to passages in the same one, and to passages in another. */
export const fit = z.record(locale, z.object({own: measure, foreign: measure}));
export type Fit = z.infer<typeof fit>;

const locales = locale.options;
const batch = 8;
/** Above the nearest wrong answer: a third of the way to the right ones, and at least so much. */
const margin = 0.02;
export const textsToFit = locales.reduce(
  (sum, one) => sum + Object.values(fitTexts[one]).reduce((all, texts) => all + texts.length, 0),
  0,
);

const closeness = (one: Float32Array, other: Float32Array): number =>
  one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);

/** Worth asking where a third of the known answers is nearer than every wrong one. */
const isWorth = ({hits, of}: Measure): boolean => hits * 3 >= of;

/** Null where this model does not tell what answers from what does not. */
export const barOf = (known: Fit, question: Locale, passage: Locale): number | null => {
  const found = known[question][question === passage ? 'own' : 'foreign'];
  return isWorth(found) ? found.bar : null;
};
export const languagesOf = (known: Fit): Locale[] => locales.filter(one => isWorth(known[one].own));

/**
 * The numbers of one model say nothing about those of another, so its bar is found by trying: it lies above every known
 * question and passage that do not belong together. Throws where no language is left in which that finds anything.
 */
export const fitOf = async (
  {embed}: Pick<EmbeddingModel, 'embed'>,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<Fit> => {
  let done = 0;
  const vectorsOf = async (texts: readonly string[], as: 'question' | 'passage') => {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += batch) {
      signal.throwIfAborted();
      const some = texts.slice(from, from + batch);
      vectors.push(...(await embed({texts: some, as}, signal)));
      onProgress((done += some.length));
    }
    return vectors;
  };
  const known = new Map<Locale, Record<'passages' | 'questions' | 'unanswered', Float32Array[]>>();
  for (const one of locales) {
    const {passages, questions, unanswered} = fitTexts[one];
    known.set(one, {
      passages: await vectorsOf(passages, 'passage'),
      questions: await vectorsOf(questions, 'question'),
      unanswered: await vectorsOf(unanswered, 'question'),
    });
  }
  const measured = (question: Locale, among: readonly Locale[]): Measure => {
    const {questions = [], unanswered = []} = known.get(question) ?? {};
    const passages = among.map(one => known.get(one)?.passages ?? []);
    const right = passages.flatMap(set => set.map((one, i) => closeness(questions[i] ?? one, one)));
    const wrong = passages.flatMap(set =>
      set.flatMap((one, i) =>
        [...questions.filter((_, j) => j !== i), ...unanswered].map(other => closeness(other, one)),
      ),
    );
    const nearestWrong = Math.max(...wrong);
    const usual = right.toSorted((one, other) => one - other)[Math.floor(right.length / 2)] ?? 0;
    const bar = nearestWrong + Math.max(margin, (usual - nearestWrong) / 3);
    return {bar, hits: right.filter(one => one >= bar).length, of: right.length};
  };
  const found: Fit = fit.parse(
    Object.fromEntries(
      locales.map(one => [
        one,
        {
          own: measured(one, [one]),
          foreign: measured(
            one,
            locales.filter(other => other !== one),
          ),
        },
      ]),
    ),
  );
  if (languagesOf(found).length > 0) return found;
  throw new AppError(
    'invalid',
    'models.unfit',
    'This model does not tell a passage that answers a question from one that does not, in none of the four languages, so it is not used. Take a model made for search or retrieval.',
  );
};
