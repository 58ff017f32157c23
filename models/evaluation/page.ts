import type {Dialogue} from './format.ts';
import type {Failure, Report} from './measure.ts';
import {maskedTurns} from './predict.ts';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const show = (value: unknown): string =>
  value === null ? '–' : escape(typeof value === 'string' ? value : JSON.stringify(value));

const row = ({field, kind, expected, predicted, evidence}: Failure): string => {
  const proof = evidence
    ? `<mark>${escape(evidence.quote)}</mark> <small>turn ${evidence.turn + 1}, ${evidence.source}</small>`
    : '–';
  return `<tr><td>${escape(field)}</td><td>${kind}</td><td>${show(expected)}</td><td>${show(predicted)}</td><td>${proof}</td></tr>`;
};

/** One turn with the words lit that were taken for proof of something wrong. */
const line = ({role, text}: Dialogue['turns'][number], turn: number, failures: readonly Failure[]) => {
  let lit = '';
  let from = 0;
  const spans = failures
    .flatMap(({evidence}) => (evidence?.turn === turn ? [evidence] : []))
    .sort((a, b) => a.start - b.start);
  for (const {start, end} of spans) {
    if (end <= from) continue;
    const begin = Math.max(from, start);
    lit += `${escape(text.slice(from, begin))}<mark>${escape(text.slice(begin, end))}</mark>`;
    from = end;
  }
  return `<p class="${role}"><b>${role}</b> ${lit}${escape(text.slice(from))}</p>`;
};

const section = (dialogue: Dialogue, at: number, failures: readonly Failure[]): string =>
  `<section id="at-${at}"><h2>${escape(dialogue.id)} <small>${escape([dialogue.locale, dialogue.region, dialogue.today, ...dialogue.tags].join(' · '))}</small></h2>
${maskedTurns(dialogue)
  .map((turn, i) => line(turn, i, failures))
  .join('\n')}
<table><tr><th>field</th><th>kind</th><th>expected</th><th>found</th><th>evidence</th></tr>${failures.map(row).join('')}</table></section>`;

const index = (failures: readonly Failure[]): string => {
  const kinds = Map.groupBy(failures, ({field, kind, expected, predicted}) =>
    field === 'intent' ? `intent ${String(expected ?? predicted)}, ${kind}` : `${field}, ${kind}`,
  );
  return [...kinds]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(
      ([name, list]) =>
        `<li><b>${escape(name)}</b> ${list.length}: ${list.map(({id, at}) => `<a href="#at-${at}">${escape(id)}</a>`).join(' ')}</li>`,
    )
    .join('\n');
};

/** A page of everything that went wrong, each with the dialogue and the words that were taken for proof. */
export const errorPage = (report: Report, dialogues: readonly Dialogue[], tables: string): string => {
  const byDialogue = Map.groupBy(report.failures, ({at}) => at);
  const sections = dialogues.flatMap((dialogue, at) => {
    const failures = byDialogue.get(at);
    return failures ? [section(dialogue, at, failures)] : [];
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>Qualification errors</title>
<style>:root{color-scheme:light dark;--line:light-dark(#d5dbd6,#2b3633)}
body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:light-dark(#14201c,#e9eeeb);background:light-dark(#f4f6f3,#0e1413)}
h1{font-size:1.375rem}h2{font-size:1.125rem}small{color:light-dark(#5a6963,#97a59f);font-weight:400}a{color:light-dark(#0b5a63,#6fcad3)}
section{border-top:1px solid var(--line)}.wide,section{overflow-x:auto}table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.2rem .5rem;text-align:left;vertical-align:top}
.assistant{color:light-dark(#43514c,#b7c2bd)}mark{background:light-dark(#ffe494,#5c4708);color:inherit}pre{font-size:.8125rem}</style>
<h1>${report.failures.length} errors in ${byDialogue.size} of ${report.dialogues} dialogues, model: ${escape(report.model)}</h1>
<div class="wide"><pre>${escape(tables)}</pre></div>
<ul>
${index(report.failures)}
</ul>
${sections.join('\n')}</html>
`;
};
