import {type Playbook, playbookSchema} from '../engine/index.ts';
import {exampleBank} from './example-bank.ts';

/** Parsed here, so that a mistake in one stops the start and names itself. */
export const bundledPlaybooks: Playbook[] = [exampleBank].map(playbook => playbookSchema.parse(playbook));
