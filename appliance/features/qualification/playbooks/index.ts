import {readFileSync} from 'node:fs';
import type {Playbook} from '../engine/index.ts';
import {readPlaybook} from '../playbook.yaml.ts';

/** Read here, so that a mistake in one stops the start and names its line. */
const shipped = (name: string): Playbook => {
  const read = readPlaybook(readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8'));
  if ('playbook' in read) return read.playbook;
  const [first] = read.problems;
  throw new TypeError(`${name}.yaml, line ${first?.line}: ${first?.path} ${first?.message}`);
};

/** To begin from. The first is what a new website gets. */
export const bundledPlaybooks: Playbook[] = ['general', 'saas', 'manufacturing', 'private-bank'].map(shipped);

/** Comes with `crowlit demo` only: an invented bank's prices have no place on a real website. */
export const demoPlaybook: Playbook = shipped('example-bank');
