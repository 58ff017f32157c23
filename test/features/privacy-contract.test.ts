/** Every room that holds something of visitors, one call each: a seed that puts somebody into each of its tables. */
import test from 'ava';
import {lowerTheBar} from '../helpers/leads.ts';
import {privacyContract, roomsOfVisitors, type Seed, seeded} from '../helpers/privacy-contract.ts';
import {asVisitor} from '../helpers/subjects.ts';

const says: Seed = async (_, visitor, words) => {
  const {seq} = await visitor.say(`I am Zephyrine ${words}, my e-mail is ${words}@example.com`);
  await visitor.answerAfter(seq);
};

privacyContract('conversations', says);
privacyContract('qualification', says);
privacyContract('crm', async (appliance, visitor, words) => {
  await lowerTheBar(appliance);
  await says(appliance, visitor, words);
});
privacyContract('mail', async (appliance, visitor, words) => {
  const {storage} = appliance.inside;
  // no letter is written to visitors by their own id yet: one is put where it would stand
  const now = '2026-11-24T08:00:00.000Z';
  await storage.db('mail_outbox').insert(
    await storage.personal.seal('mail_outbox', [
      {
        id: visitor.conversationId,
        person_id: visitor.visitorId,
        kind: 'test',
        idempotency_key: visitor.visitorId,
        message_id: `${visitor.conversationId}@example.com`,
        recipient: JSON.stringify({name: words, address: `${words}@example.com`}),
        content: JSON.stringify({language: 'en', name: words, link: null, until: null}),
        state: 'failed',
        attempts: 1,
        next_attempt_at: null,
        expires_at: now,
        lease_owner: null,
        lease_until: null,
        error_code: null,
        error_message: null,
        created_at: now,
        sent_at: null,
      },
    ]),
  );
});
privacyContract('insights', async (appliance, visitor, words) => {
  const {storage} = appliance.inside;
  const {visitorId, conversationId} = visitor;
  const page = `https://www.example.com/${words}`;
  await storage
    .db('insights_pages')
    .insert(
      await storage.personal.seal('insights_pages', [
        {id: conversationId, visitor_id: visitorId, page, at: '2026-11-24T08:00:00.000Z'},
      ]),
    );
});
privacyContract('privacy', async (appliance, visitor, words) => {
  const {storage} = appliance.inside;
  const [told] = await storage.db('privacy_consents').where({visitor_id: visitor.visitorId}).limit(1);
  const [sealed] = await storage.personal.seal('privacy_consents', [
    {id: told?.id, visitor_id: visitor.visitorId, page: `https://www.example.com/${words}`},
  ]);
  await storage.db('privacy_consents').where({id: told?.id}).update({page_sealed: sealed?.['page_sealed']});
  await asVisitor(appliance, visitor).call('POST', '/api/visitor/privacy-requests', {
    kind: 'access',
    language: 'en',
  });
});
privacyContract('audit', async (appliance, visitor, words) => {
  const admin = await appliance.administrator();
  const {visitorId} = visitor;
  const {db, personal} = appliance.inside.storage;
  await admin.call('GET', `/api/agent/conversations/${visitor.conversationId}`);
  // a look says only that it was; what an act says of a person is sealed like this
  const [row] = await db('audit_leaves').where({person_id: visitorId}).orderBy('index', 'desc').limit(1);
  const [sealed] = await personal.seal('audit_leaves', [
    {id: row?.id, person_id: visitorId, detail: JSON.stringify({said: words})},
  ]);
  await db('audit_leaves').where({id: row?.id}).update({detail_sealed: sealed?.['detail_sealed']});
});

test('a room that holds something of visitors has a seed here', t => {
  t.true(roomsOfVisitors.length >= 6, roomsOfVisitors.join(', '));
  t.deepEqual(seeded().toSorted(), roomsOfVisitors.toSorted());
});
