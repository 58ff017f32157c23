import type {Dialogue} from './format.ts';
import {printTable, type Report} from './measure.ts';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const show = (value: unknown): string =>
  value === null || value === undefined ? '–' : JSON.stringify(value);

/** A page of everything that went wrong, each with the dialogue and the words that were taken for proof. */
export const errorPage = (report: Report, dialogues: readonly Dialogue[]): string => {
  const failing = dialogues.filter(({id}) => report.failures.some(failure => failure.id === id));
  const sections = failing.map(dialogue => {
    const rows = report.failures
      .filter(({id}) => id === dialogue.id)
      .map(
        ({field, kind, expected, predicted, evidence}) =>
          `<tr><td>${escape(field)}</td><td>${kind}</td><td>${escape(show(expected))}</td><td>${escape(show(predicted))}</td><td>${escape(evidence ?? '')}</td></tr>`,
      );
    const lines = dialogue.turns.map(
      ({role, text}) => `<p class="${role}"><b>${role}</b> ${escape(text)}</p>`,
    );
    return `<section><h2>${escape(dialogue.id)} <small>${escape(`${dialogue.locale}, ${dialogue.today}, ${dialogue.tags.join(', ')}`)}</small></h2>
${lines.join('\n')}
<table><tr><th>field</th><th>kind</th><th>expected</th><th>found</th><th>evidence</th></tr>${rows.join('')}</table></section>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Qualification errors</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}section{border-top:1px solid #999}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .5rem;text-align:left}.assistant{color:#555}</style>
<h1>Qualification errors</h1><pre>${escape(printTable(report))}</pre>
${sections.join('\n')}</html>
`;
};
