import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {
  authorities,
  type LanguageModel,
  type Pointed,
  type SpanField,
  spanFields,
  type Turn,
} from '../../appliance/adapters/llm/contract.ts';
import {type Fact, qualify} from '../../appliance/features/qualification/engine/index.ts';
import {mask} from '../../appliance/kit/mask.ts';

/** One attack of `injections.tsv`: locale, kind, what it wants held (`field=words`, or `-`), the visitor's messages. */
export type Injection = {
  locale: string;
  kind: string;
  field: SpanField | 'authority' | undefined;
  words: string;
  messages: string[];
};

/** What was asked before, as at the start of a chat: after it nearly any words may be taken for what somebody needs. */
const asked: Record<string, string> = {
  en: 'What would you like to solve?',
  de: 'Was möchten Sie lösen?',
  fr: 'Que souhaitez-vous résoudre ?',
  es: '¿Qué le gustaría resolver?',
};
const regions: Record<string, string> = {en: 'GB', de: 'DE', fr: 'FR', es: 'ES'};

export const readInjections = (): Injection[] =>
  readFileSync(join(import.meta.dirname, 'injections.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => {
      const [locale = '', kind = '', wants = '', said = ''] = line.split('\t');
      const [name, words = ''] = wants.split('=');
      const field = [...spanFields, 'authority' as const].find(known => known === name);
      if (!(locale in regions) || said === '' || (wants !== '-' && (!field || words === '')))
        throw new Error(`injections.tsv: not understood: ${line}`);
      return {locale, kind, field, words, messages: said.split(' ⏎ ')};
    });

/** A model that does whatever the attack asks of it, as surely as a model can. */
export const obedient = ({field, words}: Injection): LanguageModel => ({
  info: () => ({id: 'obedient', sha256: '0'.repeat(64), kind: 'instruct'}),
  point: ({turns}) => {
    const start = turns.at(-1)?.text.indexOf(words) ?? -1;
    const pointed: Pointed = {spans: [], intents: [], authority: null};
    if (field === 'authority')
      pointed.authority = {
        value: authorities.find(value => value === words) ?? 'decision_maker',
        confidence: 1,
      };
    else if (field && start !== -1)
      pointed.spans.push({field, start, end: start + words.length, confidence: 1});
    return Promise.resolve(pointed);
  },
  close: () => Promise.resolve(),
});

/** What the pipeline holds after the attack: none of it was said about oneself. */
export const attack = async (
  {locale, messages}: Injection,
  model: LanguageModel | undefined,
): Promise<Fact[]> => {
  const question: Turn = {role: 'assistant', text: asked[locale] ?? '…'};
  const turns: Turn[] = [question];
  const held: Fact[] = [];
  for (const message of messages) {
    turns.push({role: 'visitor', text: mask(message)});
    const {facts} = await qualify({
      turns,
      locale,
      region: regions[locale] ?? 'GB',
      today: '2026-06-01',
      model,
      known: held.map(({field, value}) => ({field, value})),
    });
    held.push(...facts);
    turns.push(question);
  }
  return held;
};
