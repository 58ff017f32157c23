import {Readable} from 'node:stream';
import {readFileSync} from 'node:fs';
import {readInProcess} from './appliance/reading/index.ts';
const t = performance.now();
const md =
  '# Guide\n\nHello **world** [x](http://a).\n\n## Delivery\n\n- to Austria in *3 days*\n- more\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
console.log(JSON.stringify(await readInProcess(Readable.from([Buffer.from(md)]))), performance.now() - t);
console.log(
  JSON.stringify(
    await readInProcess(
      Readable.from([
        Buffer.from(
          '<!doctype html><html><head><title>x</title></head><body><h1>Prices</h1><p>One <b>two</b></p><script>bad</script><p hidden>no</p><table><tr><td>A</td><td>49 EUR</td></tr></table>',
        ),
      ]),
    ),
  ),
);
for (const f of process.argv.slice(2))
  console.log(JSON.stringify(await readInProcess(Readable.from([readFileSync(f)]))).slice(0, 1500));
