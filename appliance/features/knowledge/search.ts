import type {Storage} from '../../storage/index.ts';
import type {Answered, Passage} from './knowledge.schema.ts';
import type {KnowledgeStore} from './knowledge.store.ts';
import type {Meaning} from './meaning.ts';
import {byNearness, createWordSearch, type Judged, type Question} from './word-search.ts';
import type {WordIndex} from './word-index.ts';

export type Found = {
  /** The words that name what is asked about; with none it is small talk. */
  words: string[];
  passage: Passage | null;
};
type Looked = Judged & Pick<Answered['nearest'][number], 'by' | 'closeness' | 'bar'> & {fused: number};

const shown = 3;
/** Reciprocal rank fusion: so many ranks weigh down the first ones, that no list alone decides. */
const fusion = 60;
const rankShare = (rank: number): number => (rank === -1 ? 0 : 1 / (fusion + rank + 1));

/** With figures, or a capital in mid-sentence, where not every noun has one. */
const isName = (word: string, {text, locale}: Question): boolean =>
  /\d/.test(word) ||
  (locale !== 'de' && /^\p{Lu}/u.test(word) && new RegExp(`[\\p{L}\\p{N},;]\\s+${word}`, 'u').test(text));

/** What is near in meaning is quoted unless it speaks of another place, person or number: vectors hardly tell those apart. */
const whyNear = ({passage, missing}: Judged, question: Question): Judged['why'] => {
  if (passage.givesOrders) return 'orders';
  return missing.some(word => isName(word, question)) ? 'name' : 'quoted';
};

/**
 * Looks for the passage that answers a question, by its words and by its meaning, and merges what both found. Each way has a
 * bar of its own; what passes neither is not quoted, however high it ranks. A price is a matter of words alone.
 */
export const createSearch = (deps: {
  storage: Storage;
  store: KnowledgeStore;
  words: WordIndex;
  meaning: Pick<Meaning, 'near'>;
}) => {
  const {storage, store, meaning} = deps;
  const byWords = createWordSearch(deps);

  const search = async (
    question: Question,
  ): Promise<{words: string[]; meaning: Answered['meaning']; found: Looked[]}> => {
    const words = byWords.wordsOf(question);
    if (words.length === 0) return {words, meaning: 'unasked', found: []};
    const [worded, meant] = await Promise.all([
      byWords.search(question),
      question.price ? ({state: 'unasked'} as const) : meaning.near(question),
    ]);
    const near = meant.state === 'asked' ? meant.near : [];
    const known = new Set(worded.map(({passage}) => passage.id));
    const others = await store.passages(
      storage.db,
      near.map(({passageId}) => passageId).filter(id => !known.has(id)),
    );
    const holding = worded.filter(({share}) => share > 0);
    const all = [...worded, ...(await byWords.judge(question, others))];
    const found = all.map((one): Looked => {
      const {id, language} = one.passage;
      const rank = near.findIndex(({passageId}) => passageId === id);
      const closeness = near[rank]?.closeness ?? null;
      const bar = meant.state === 'asked' ? meant.bar(language) : null;
      const isNear = closeness !== null && bar !== null && closeness >= bar;
      return {
        ...one,
        closeness,
        bar,
        by: !isNear ? 'words' : one.why === 'quoted' ? 'both' : 'meaning',
        why: isNear && one.why === 'too_little' ? whyNear(one, question) : one.why,
        fused: rankShare(holding.indexOf(one)) + rankShare(rank),
      };
    });
    const sorted = found
      .filter(({share, closeness}) => share > 0 || closeness !== null)
      .toSorted(
        (one, other) =>
          Number(other.why === 'quoted') - Number(one.why === 'quoted') ||
          other.fused - one.fused ||
          byNearness(one, other),
      );
    return {words, meaning: meant.state, found: sorted};
  };

  return {
    find: async (question: Question): Promise<Found> => {
      const {words, found} = await search(question);
      const best = found[0];
      return {words, passage: best?.why === 'quoted' ? best.passage : null};
    },
    /** The same, with what came near and why it was not taken. */
    explain: async (question: Question): Promise<Answered> => {
      const {words, meaning: state, found} = await search(question);
      return {
        words,
        asksPrice: question.price,
        meaning: state,
        nearest: found.slice(0, shown).map(({passage, why, missing, by, closeness, bar}, i) => ({
          passage,
          missing,
          by,
          closeness,
          bar,
          why: i > 0 && why === 'quoted' ? 'weaker' : why,
        })),
      };
    },
  };
};
