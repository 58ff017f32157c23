import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {bundledPlaybooks} from '../../appliance/features/qualification/playbooks/index.ts';
import {rehearse} from '../../appliance/features/qualification/rehearsal.ts';
import {bundledModelPath, createInference} from '../../appliance/inference/index.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {createLogger} from '../../appliance/kit/logger.ts';

const dialogues = fileURLToPath(new URL('../../models/evaluation/qualification-dev.jsonl', import.meta.url));
type Dialogue = {locale: string; turns: {role: string; text: string}[]};
const locales = ['en', 'de', 'fr', 'es'] as const;

/**
 * First messages of the development set through the bundled model: masked, read, pointed at, scored and answered by the
 * general playbook, as a conversation does it but for the commit. Milliseconds.
 */
export const measureTurns = async (most: number) => {
  const model = createInference({modelPath: bundledModelPath, log: createLogger('silent')});
  await model.ready();
  const [playbook] = bundledPlaybooks();
  if (!playbook) throw new Error('No playbook is bundled.');
  const said = readFileSync(dialogues, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .flatMap(line => {
      const {locale, turns} = JSON.parse(line) as Dialogue;
      const language = locales.find(known => locale.startsWith(known)) ?? 'en';
      return turns.filter(({role}) => role === 'visitor').map(({text}) => ({locale: language, text}));
    })
    .slice(0, most);
  const times: number[] = [];
  for (const {locale, text} of said) {
    const from = performance.now();
    await rehearse(
      {
        clock: systemClock,
        model,
        country: async () => 'AT',
        company: async () => 'Example Ltd',
        knowledge: {hasAny: async () => false, find: async () => ({words: [], citation: null})},
      },
      {playbook, locale, said: [text], people: 'busy'},
    );
    times.push(performance.now() - from);
  }
  const sorted = times.slice(5).toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1));
  const id = model.info()?.id ?? 'no model';
  await model.close();
  return {model: id, turns: sorted.length, medianMs: at(0.5), p95Ms: at(0.95)};
};
