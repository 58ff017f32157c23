/**
 * `npm run compare:formulations -- [--steps 1200] [--python /usr/bin/python3]`: three ways to put the task, on the same
 * training text, with the same encoder and the same number of steps, measured on the dialogues kept away from training.
 */
import {parseArgs} from 'node:util';
import {measureFormulations, rowOf} from './formulations.ts';
import {hasTorch, qualifierRecipe} from './recipe.ts';

const {values: options} = parseArgs({
  options: {
    steps: {type: 'string', default: '1200'},
    python: {type: 'string', default: '/usr/bin/python3'},
  },
});

if (hasTorch(options.python)) {
  const measured = measureFormulations(qualifierRecipe, {
    python: options.python,
    steps: Number(options.steps),
  });
  console.log(`${measured[0]?.messages} messages, ${measured[0]?.steps} steps each; exact spans`);
  for (const one of measured) console.log(rowOf(one));
} else {
  console.error('This needs PyTorch: apt-get install -y python3-torch python3-numpy libopenblas0-pthread');
  process.exitCode = 1;
}
