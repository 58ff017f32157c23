import {readFileSync} from 'node:fs';
import type {Playbook} from '../engine/index.ts';
import {readPlaybook} from '../playbook.yaml.ts';

const read = new Map<string, Playbook>();
/** Read when first asked for: most starts need none of them, and reading all costs eighteen megabytes. */
const shipped = (name: string): Playbook => {
  const known = read.get(name);
  if (known) return known;
  const result = readPlaybook(readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8'));
  if (!('playbook' in result)) {
    const [first] = result.problems;
    throw new TypeError(`${name}.yaml, line ${first?.line}: ${first?.path} ${first?.message}`);
  }
  read.set(name, result.playbook);
  return result.playbook;
};

/** What a new website gets; its file is named after it. */
export const defaultPlaybookId = 'general';

/** To begin from; the default one first. */
export const bundledPlaybooks = (): Playbook[] =>
  [defaultPlaybookId, 'saas', 'manufacturing', 'private-bank'].map(shipped);

/** Comes with `crowlit demo` only: an invented bank's prices have no place on a real website. */
export const demoPlaybook = (): Playbook => shipped('example-bank');
