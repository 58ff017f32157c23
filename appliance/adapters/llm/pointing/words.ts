export type Word = {start: number; end: number};

const edge = `[\\s"'’‘“”„«»‹›()\\[\\]{}<>!?¿¡.,;:…*_~|´\`=-]`;
const outerMarks = new RegExp(`^${edge}+|${edge}+$`, 'gu');
const longestWord = 120;

/** Where the words lie: without the marks around them, and only what can be told in a grammar. */
export const wordsOf = (text: string): Word[] =>
  [...text.matchAll(/\S+/gu)].flatMap(({0: run, index}) => {
    const inner = run.replace(outerMarks, '');
    if (inner === '' || inner.length > longestWord || !inner.isWellFormed() || /\p{Cc}/u.test(inner))
      return [];
    const start = index + run.indexOf(inner);
    return [{start, end: start + inner.length}];
  });
