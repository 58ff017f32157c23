import type {Model, Overview, Task} from '../../../appliance/features/models/models.schema.ts';
import {formatBytes, formatMs, formatNumber} from '../../shared/format.ts';
import {languageName} from '../../shared/languages.tsx';

export const path = '/api/admin/models';
export const serverPath = '/api/admin/model-server';
export const embeddingServerPath = '/api/admin/embedding-server';
export const embedderPath = '/api/admin/embedder';

/** What a model of this kind can do. */
export const kindWords: Record<Model['kind'], {word: string; meaning: string}> = {
  labelling: {word: 'Labelling', meaning: 'Points at what visitors say. It writes no sentence.'},
  instruct: {word: 'Instruct', meaning: 'Points at what visitors say, and can write replies.'},
  embedding: {
    word: 'Embedding',
    meaning: 'Finds passages by their meaning. It answers nobody and writes nothing.',
  },
};

const spoken = ['en', 'de', 'fr', 'es'] as const;
export const languagesOf = (codes: readonly string[]): string => {
  if (codes.length === 0) return 'Not stated';
  const known = spoken.filter(code => codes.includes(code)).map(languageName);
  const others = codes.length - known.length;
  if (known.length === 0) return codes.slice(0, 6).join(', ');
  return others > 0 ? `${known.join(', ')} and ${others} more` : known.join(', ');
};

export const benchWords = ({bench}: Pick<Model, 'bench'>): string =>
  bench
    ? `${formatMs(bench.turnMs)} a turn${bench.tokensPerSecond === null ? '' : `, ${formatNumber(Math.round(bench.tokensPerSecond))} tokens/s`}`
    : 'Not measured here';

const hundredths = new Intl.NumberFormat(undefined, {minimumFractionDigits: 2, maximumFractionDigits: 2});
export const f1Words = (value: number | null): string => (value === null ? 'none' : hundredths.format(value));

export const taskTitle = ({kind, name, state}: Task): string => {
  const words = {
    import: ['Importing', 'Imported', 'could not be imported'],
    verify: ['Checking', 'Checked', 'did not pass the check'],
    bench: ['Measuring the speed of', 'Measured the speed of', 'could not be benched'],
    measure: ['Measuring the accuracy of', 'Measured the accuracy of', 'could not be measured'],
    activate: ['Activating', 'Activated', 'was not activated'],
    fit: ['Trying', 'Tried', 'is not used for finding passages'],
  }[kind];
  if (state === 'failed') return `${name} ${words[2]}`;
  return `${state === 'running' ? words[0] : words[1]} ${name}`;
};

export const taskAmount = ({kind, done, total, unit}: Task): string => {
  if (unit === 'bytes' && total <= 1) return 'Asking for it';
  if (unit === 'bytes') return `${formatBytes(done)} of ${formatBytes(total)}`;
  if (unit === 'steps')
    return kind === 'verify' ? 'Asking its server' : 'Loading it while the other one answers';
  return total > 1 ? `${formatNumber(done)} of ${formatNumber(total)} ${unit}` : 'Loading it';
};

export const isRunning = (overview: Overview | undefined): boolean => overview?.task?.state === 'running';
