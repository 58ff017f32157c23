import {type Pointed, type PointRequest, spanFields} from '../contract.ts';

export type Pointing = {system: string; user: string; grammar: string; read: (answer: string) => Pointed};

const quoted = (text: string) => JSON.stringify(text);

/** Asks an instruct model which words of a message are which field. */
export const pointing = ({turns}: PointRequest): Pointing => {
  const text = turns.at(-1)?.text ?? '';
  const words = [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}@.-]*/gu)].slice(0, 120);
  const spans = words.flatMap((word, i) =>
    [0, 1, 2].flatMap(more => {
      const last = words[i + more];
      return last ? [text.slice(word.index, last.index + last[0].length)] : [];
    }),
  );
  const unique = [...new Set(spans)].filter(span => !/[\n"\\]/.test(span));
  const item = `(${spanFields.map(quoted).join(' | ')}) "=" (${unique.map(quoted).join(' | ')}) "\\n"`;
  return {
    system:
      'You mark which words of a message say a fact about the visitor. Answer with one line a fact, field=words, and with - when there is none.',
    user: text,
    grammar: `root ::= "-" | item item? item?\n${unique.length > 0 ? `item ::= ${item}` : 'item ::= "-"'}\n`,
    read: answer => {
      const found = answer.split('\n').flatMap(line => {
        const [name, span = ''] = line.split(/=(.*)/s);
        const field = spanFields.find(known => known === name);
        const start = span === '' ? -1 : text.indexOf(span);
        return field && start !== -1 ? [{field, start, end: start + span.length, confidence: 0.5}] : [];
      });
      let end = 0;
      const ordered = found
        .toSorted((a, b) => a.start - b.start)
        .filter(span => {
          const apart = span.start >= end;
          if (apart) end = span.end;
          return apart;
        });
      return {spans: ordered, intents: [], authority: null};
    },
  };
};
