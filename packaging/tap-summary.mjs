/** Reads TAP from stdin, passes on what failed, and ends with one line: `N passed, N failed`. */
import process from 'node:process';
import {createInterface} from 'node:readline';

let passed = 0;
let failed = 0;
let showing = false;
let planned;
for await (const line of createInterface({input: process.stdin})) {
  const result = /^(not )?ok \d+(?: - (.*))?$/.exec(line);
  if (result) {
    const counts = !/ # (?:SKIP|TODO)/i.test(line);
    showing = result[1] !== undefined;
    if (showing) failed += 1;
    else if (counts) passed += 1;
  }
  const plan = /^1\.\.(\d+)/.exec(line);
  if (plan) planned = Number(plan[1]);
  if (line.startsWith('Bail out!')) {
    failed += 1;
    showing = true;
  }
  if (
    showing ||
    (line.startsWith('# ') === false && !result && !/^(?:TAP version|1\.\.|\s|---|\.\.\.)/.test(line))
  )
    process.stdout.write(`${line}\n`);
}
// a run that ended without its plan did not run to its end
if (planned === undefined || passed + failed === 0) failed += 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
