/** What an administrator sees and does about retention: periods of a website, examples, holds, minimums, receipts, the clock. */
import test from 'ava';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {fitsEverywhere, openBrowser} from '../helpers/browser.ts';
import {lowerTheBar, wordsOfALead} from '../helpers/leads.ts';
import {signInAs} from '../helpers/people.ts';
import {startAppliance} from '../helpers/start.ts';

const day = 24 * 60 * 60 * 1000;

test.serial(
  'a website gets a period of its own after a dry run with examples; a hold is placed from a lead, seen there, and lifted',
  async t => {
    const clock = createTestClock('2026-05-20T09:00:00.000Z');
    const appliance = await startAppliance(t, {clock});
    await lowerTheBar(appliance);
    const visitor = await appliance.visitor();
    const {seq} = await visitor.say(wordsOfALead('lea@example.com'));
    await visitor.answerAfter(seq);
    await visitor.close();
    clock.advance(40 * day);
    const {page} = await (await openBrowser(t, appliance)).person();
    await signInAs(page, appliance);
    await page.getByRole('link', {name: 'Retention'}).click();
    await page.getByRole('heading', {name: 'If the run happened now'}).waitFor();
    await page.getByLabel('For', {exact: true}).selectOption({label: 'www.example.com'});
    await page.getByLabel('Days that conversations are kept').fill('30');
    await page
      .getByText('Conversations on www.example.com: as the organisation to 30 days. Nothing was deleted.')
      .waitFor();
    await page.getByRole('row', {name: /Visitor 1 Conversations www\.example\.com/}).waitFor();
    await page.getByLabel('Type the number of records').fill('2');
    await page.getByRole('button', {name: 'Put it in force'}).click();
    await page.getByText('In force.').waitFor();

    await page.getByRole('link', {name: 'Leads'}).click();
    await page
      .getByRole('link', {name: /lea@example\.com|Visitor|No name/})
      .first()
      .click();
    await page.getByRole('link', {name: 'Place a legal hold'}).click();
    await page
      .getByRole('form', {name: 'Place a legal hold'})
      .getByRole('button', {name: 'Place the hold'})
      .click();
    await page.getByText('Write why it must be kept.').waitFor();
    await page.getByLabel('Why it must be kept').fill('Claim 17/26');
    await page.getByLabel('Who answers for it').fill('Legal');
    await page.getByRole('button', {name: 'Place the hold'}).click();
    const row = page.getByRole('row', {name: /Claim 17\/26/});
    await row.getByText('In force').waitFor();
    await page.getByText('Kept, legal hold').waitFor();

    await page.goto(`${appliance.base}/inbox/${visitor.conversationId}`);
    await page.getByText('Legal hold', {exact: false}).first().waitFor();
    t.deepEqual(await appliance.inside.retention.run(), {conversations: 0, leads: 0, usage: 0, mail: 0});

    await page.goto(`${appliance.base}/admin/retention`);
    await row.getByRole('button', {name: /^Lift/}).click();
    await page.getByLabel('Why it ends').fill('Settled');
    await page.getByRole('button', {name: 'Lift the hold'}).click();
    await row.getByText('Lifted').waitFor();
    t.like(await appliance.inside.retention.run(), {conversations: 1});
    await page.reload();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('link', {name: /^Receipt of the run/})
        .first()
        .click(),
    ]);
    t.regex(file.suggestedFilename(), /^retention-receipt-2026-06-29\.jsonl$/);
  },
);

test.serial(
  'a doubted clock is shown with what to do, and confirmed; a minimum below a period is refused in words',
  async t => {
    const clock = createTestClock('2026-05-20T09:00:00.000Z');
    const appliance = await startAppliance(t, {clock});
    await appliance.inside.time.now('retention');
    clock.jump(30 * day);
    const {page} = await (await openBrowser(t, appliance)).person();
    await signInAs(page, appliance);
    await page.goto(`${appliance.base}/admin/retention`);
    await page.getByText('Held back: the clock is doubted.').waitFor();
    t.true(await fitsEverywhere(page, 'retention-clock'));
    await page.getByRole('button', {name: 'Yes, it is right'}).click();
    await page.getByText('Is the clock of this server right?').waitFor({state: 'hidden'});
    t.is((await appliance.inside.time.now('retention')).doubt, null);

    const minimums = page.getByRole('region', {name: 'Lawful minimum'});
    await minimums.getByRole('button', {name: 'Change'}).click();
    await minimums.getByLabel('Conversations: at least so many days').fill('400');
    await minimums.getByLabel('Conversations: the law that demands it').fill('§ 257 HGB');
    await minimums.getByRole('button', {name: 'Save'}).click();
    await page.getByText(/§ 257 HGB demands that conversations are kept for 400 days/).waitFor();
    await minimums.getByLabel('Conversations: at least so many days').fill('180');
    await minimums.getByRole('button', {name: 'Save'}).click();
    await minimums.getByText('At least 180 days, by § 257 HGB').waitFor();
  },
);
