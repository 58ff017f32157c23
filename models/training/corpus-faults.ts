import {readdirSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {type Dialogue, readDialogues} from '../evaluation/format.ts';
import {type CorpusDialogue, CorpusError, maskedText, parseCorpus, plainWords, skeletonOf} from './corpus.ts';
import {type Alike, findAlike, gramsOf, longestShared} from './resemblance.ts';

export const fewestSkeletons = 2900;

export type CheckedCorpus = {dialogues: CorpusDialogue[]; skeletons: number; faults: string[]};
type Placed = {place: string; dialogue: CorpusDialogue};
type Text = {place: string; grams: Set<string>};

const readAll = (folder: string, faults: string[]): Placed[] =>
  readdirSync(folder, {withFileTypes: true})
    .filter(entry => entry.isDirectory())
    .flatMap(({name: language}) =>
      readdirSync(join(folder, language))
        .toSorted()
        .flatMap(file => {
          const where = `${language}/${file}`;
          if (!file.endsWith('.txt')) {
            faults.push(`${where}: not a .txt file`);
            return [];
          }
          try {
            return parseCorpus(readFileSync(join(folder, language, file), 'utf8')).map(dialogue => {
              const place = `${where}, line ${dialogue.line}`;
              if (!dialogue.locale.startsWith(`${language}-`))
                faults.push(`${place}: ${dialogue.locale} in ${language}/`);
              return {place, dialogue};
            });
          } catch (error) {
            if (!(error instanceof CorpusError)) throw error;
            faults.push(`${where}, ${error.message}`);
            return [];
          }
        }),
    );

/** An evaluation dialogue carries no spans: the values it expects are masked wherever its words name them. */
export const maskedEvaluation = ({turns, expect}: Dialogue): string => {
  let text = turns.map(turn => turn.text.toLowerCase()).join(' ');
  for (const field of ['email', 'company', 'job_title', 'name'] as const) {
    const value = expect[field];
    if (value) text = text.replaceAll(value.toLowerCase(), `<${field}>`);
  }
  return plainWords(text);
};

const readEvaluation = (folder: string): Text[] =>
  readdirSync(folder)
    .filter(file => file.endsWith('.jsonl'))
    .toSorted()
    .flatMap(file =>
      readDialogues(join(folder, file)).map(dialogue => ({
        place: `${dialogue.id} in ${basename(file)}`,
        grams: gramsOf(maskedEvaluation(dialogue)),
      })),
    );

/** Reads every language's dialogues strictly; what is wrong comes back as sentences, each with its place. */
export const checkCorpus = (folder: string, evaluationFolder: string): CheckedCorpus => {
  const faults: string[] = [];
  const all = readAll(folder, faults);
  const skeletons = new Map<string, string>();
  const distinct = all.filter(({place, dialogue}) => {
    const skeleton = skeletonOf(dialogue);
    const first = skeletons.get(skeleton);
    if (first === undefined) skeletons.set(skeleton, place);
    else faults.push(`${place}: the same dialogue as ${first}`);
    return first === undefined;
  });
  if (skeletons.size < fewestSkeletons)
    faults.push(`${skeletons.size} distinct skeletons, at least ${fewestSkeletons} are wanted`);

  const texts = distinct.map(({place, dialogue}) => ({place, grams: gramsOf(maskedText(dialogue))}));
  const evaluation = readEvaluation(evaluationFolder);
  const gramsIn = (list: readonly Text[]) => list.map(({grams}) => grams);
  const tell = ({a, b, shared, of}: Alike, others: readonly Text[], words: (a: Text, b: Text) => string) => {
    const [mine, other] = [texts[a], others[b]];
    if (mine && other)
      faults.push(
        `${mine.place}: shares ${shared} of ${of} word 5-grams with ${other.place}${words(mine, other)}`,
      );
  };
  for (const pair of findAlike(gramsIn(texts)))
    tell(pair, texts, (mine, other) => `: "${longestShared(mine.grams, other.grams)}"`);
  // without the words: whoever writes training text does not read the evaluation sets, not even here
  for (const pair of findAlike(gramsIn(texts), gramsIn(evaluation))) tell(pair, evaluation, () => '');
  return {dialogues: all.map(({dialogue}) => dialogue), skeletons: skeletons.size, faults};
};
