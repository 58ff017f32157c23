/** The certificate of a person's erasure: the command, and the program alone, tell what it says, and find out what is wrong. */
import {spawnSync} from 'node:child_process';
import {generateKeyPairSync} from 'node:crypto';
import {copyFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {signDocument} from '../../appliance/features/audit/index.ts';
import type {SignedCertificate} from '../../appliance/features/privacy/requests/certificate.ts';
import {root, runCrowlit} from '../helpers/cancellation.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {startAppliance} from '../helpers/start.ts';
import {eraseByRequest} from '../helpers/subjects.ts';

test('a certificate of an erasure is told in plain words; a changed, cut or foreign one is refused at its place', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const visitor = await appliance.visitor();
  await visitor.answerAfter((await visitor.say('Hello, this is about our 40 tellers.')).seq);
  await visitor.close();
  const {id} = await eraseByRequest(admin, {conversationId: visitor.conversationId});
  const download = async (path: string): Promise<string> =>
    (await fetch(`${appliance.base}${path}`, {headers: {cookie: admin.cookie}})).text();
  const text = await download(`/api/admin/privacy-requests/${id}/certificate/json`);
  const signed = JSON.parse(text) as SignedCertificate;
  const {document} = signed;

  const folder = temporaryDirectory(t);
  const alone = join(folder, 'verify-certificate.mjs');
  copyFileSync(join(root, 'packaging/verify-certificate.mjs'), alone);
  let files = 0;
  const file = (content: string): string => {
    const path = join(folder, `${(files += 1)}.json`);
    writeFileSync(path, content);
    return path;
  };
  const run = (content: string, ...more: string[]) => {
    const {status, stdout, stderr} = spawnSync(process.execPath, [alone, file(content), ...more], {
      cwd: folder,
      encoding: 'utf8',
    });
    return {status, said: stdout + stderr};
  };

  const log = join(folder, 'audit.jsonl');
  writeFileSync(log, await download('/api/admin/audit/export.jsonl'));
  const right = run(text, '--key', signed.publicKey, '--audit-log', log);
  t.is(right.status, 0, right.said);
  for (const words of [
    'The certificate is whole. Example Bank erased one person, as asked on ' + document.requestedAt,
    `From ${document.liveErasureAt} on nothing of them could be read`,
    `From ${document.lastKeyCopyEndsAt} on the last copy of their keys is gone`,
    'conversations and visit: ',
    'key of the person: 1 record deleted',
    `pseudonym ${document.persons[0]}`,
    'erasure ledger: entry 1; its head was entry 1',
  ])
    t.true(right.said.includes(words), `${words}\n${right.said}`);
  t.regex(run(text).said, /Compare it with the key/);
  const command = runCrowlit(t, {}, ['certificate', 'verify', file(text), '--key', signed.publicKey]);
  t.is(await command.ended, 0, command.lines.join('\n'));

  const change = (more: object) => JSON.stringify({...signed, document: {...document, ...more}});
  const {ledger: _gone, ...withoutLedger} = document;
  const wrong: [string, string, RegExp, ...string[]][] = [
    [
      'a date put back',
      change({liveErasureAt: '2020-01-01T00:00:00.000Z'}),
      /document\.liveErasureAt lies before the request/,
    ],
    [
      'a date that is one',
      change({lastKeyCopyEndsAt: document.liveErasureAt}),
      /The signature does not fit document/,
    ],
    [
      'a count',
      change({stores: document.stores.map(one => ({...one, rows: 'many'}))}),
      /document\.stores\[0\]\.rows is not a count/,
    ],
    ['another person', change({persons: [...document.persons, '00']}), /The signature does not fit document/],
    ['a part left out', JSON.stringify({...signed, document: withoutLedger}), /document\.ledger is missing/],
    [
      'a part put in',
      change({ledger: {...document.ledger, note: 'all good'}}),
      /document\.ledger\.note does not belong to it/,
    ],
    [
      'words nobody signed',
      JSON.stringify({...signed, note: 'all good'}),
      /note does not belong to it: nobody signed it/,
    ],
    [
      'the end cut off',
      text.slice(0, 200),
      /cannot be read at line \d+, character \d+, where the file ends too early/,
    ],
    ['no signature', JSON.stringify({...signed, signature: ''}), /signature is missing/],
    [
      'another key',
      text,
      /publicKey: another key than the one you gave/,
      '--key',
      Buffer.alloc(32, 7).toString('base64'),
    ],
    ['something else', '{"document":{"hello":1}}', /document is something else/],
    ['not even that', '[]', /document is missing/],
  ];
  for (const [how, content, problem, ...more] of wrong) {
    const {status, said} = run(content, ...more);
    t.is(status, 1, `${how}: ${said}`);
    t.regex(said, problem, how);
  }

  // with a key of their own anybody can sign; whoever kept the real one is not taken in
  const {privateKey, publicKey} = generateKeyPairSync('ed25519');
  const raw = publicKey.export({format: 'der', type: 'spki'}).subarray(-32);
  const own = {
    id: signed.keyId,
    name: 'example.com/log',
    privateKey: privateKey.export({format: 'der', type: 'pkcs8'}).toString('base64'),
    publicKey: `example.com/log+00000000+${Buffer.concat([Buffer.of(1), raw]).toString('base64')}`,
  };
  const forged = JSON.stringify(
    signDocument(own, 'erasure-certificate', {...document, company: '\u001b[2J'}),
  );
  t.false(run(forged).said.includes('\u001b'), 'nothing in it moves the cursor');
  t.regex(run(forged, '--key', signed.publicKey).said, /another key than the one you gave/);
  t.regex(run(forged, '--audit-log', log).said, /did not sign the audit log/);
  const entry = JSON.stringify(signDocument(own, 'erasure-ledger-entry', document));
  t.regex(run(entry).said, /or is another document/);
  const refused = runCrowlit(t, {}, ['certificate', 'verify', file(change({persons: ['00']}))]);
  t.is(await refused.ended, 1);
});
