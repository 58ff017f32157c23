import {chmodSync} from 'node:fs';
import {launchChromium} from '../helpers/browser.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';
import {connectReceiver, lowerTheBar, wordsOfALead} from '../helpers/leads.ts';
const ends: (() => unknown)[] = [];
const scope = {teardown: (end: () => unknown) => void ends.push(end)};
const a = await startAppliance(scope as never);
const browser = await launchChromium();
const open = async (o: object) => {
  const page = await (await browser.newContext({locale: 'en-GB', reducedMotion: 'reduce', ...o})).newPage();
  page.setDefaultTimeout(60_000);
  await signInAs(page, a);
  await page.goto(a.base + '/admin/evidence', {waitUntil: 'networkidle'});
  await page.getByRole('heading', {name: 'Evidence', level: 1}).waitFor();
  return page;
};
const shot = (page: Awaited<ReturnType<typeof open>>, name: string, full = true) =>
  page.screenshot({path: `/tmp/shots/${name}.png`, fullPage: full});
let page = await open({viewport: {width: 1280, height: 900}});
await shot(page, 'empty', false);
const v = await a.visitor();
await connectReceiver(scope as never, a);
await lowerTheBar(a);
await v.answerAfter((await v.say(wordsOfALead('ada@example.com'))).seq);
await a.inside.evidence.run();
chmodSync(a.directory, 0o755);
await a.inside.evidence.run(['L3.folders-closed']);
for (const scheme of ['light', 'dark'] as const) {
  page = await open({viewport: {width: 1280, height: 900}, colorScheme: scheme});
  await shot(page, `desk-${scheme}`);
  page = await open({viewport: {width: 390, height: 844}, colorScheme: scheme});
  await shot(page, `phone-${scheme}`);
}
await browser.close();
for (const end of ends.reverse()) await end();
process.exit(0);
