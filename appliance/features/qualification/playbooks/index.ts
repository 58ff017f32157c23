import {type Playbook, playbookSchema} from '../engine/index.ts';
import {exampleBank} from './example-bank.ts';
import {general} from './general.ts';

/** Parsed here, so that a mistake in one stops the start and names itself. The first is what a new website begins with. */
export const bundledPlaybooks: Playbook[] = [general].map(playbook => playbookSchema.parse(playbook));

/** Comes with `crowlit demo` only: an invented bank's prices have no place on a real website. */
export const demoPlaybook: Playbook = playbookSchema.parse(exampleBank);
