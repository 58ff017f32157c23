import {execFile} from 'node:child_process';
import {createPublicKey, randomInt, verify} from 'node:crypto';
import {copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import {asyncProperty, assert as forAll, constantFrom, nat, record} from 'fast-check';
import {
  appendLeaf,
  consistencyRecipe,
  emptyPeaks,
  follow,
  inclusionRecipe,
  leafHash,
  type Node,
  type Peaks,
  rootHash,
} from '../../appliance/kit/merkle.ts';
import {signCheckpoint} from '../../appliance/features/audit/note.ts';
import {
  type AuditReport,
  provesConsistency,
  provesInclusion,
  readCheckpoint,
  readKey,
  verifyLines,
} from '../../packaging/verify-audit.mjs';
import {hashAnew, leavesOf, openAudit, treeOf} from '../helpers/audit.ts';
import {type DatabaseKind, databaseKinds, temporaryDirectory} from '../helpers/databases.ts';
import {startAppliance, type Started} from '../helpers/start.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, '../../packaging/verify-audit.mjs');
const hour = 3_600_000;

test('for every size up to 130 each entry is proved to be in the log, and each smaller log to have grown into it; nothing else is', t => {
  let peaks: Peaks = emptyPeaks;
  const stored = new Map<string, Buffer>();
  const roots = [rootHash(emptyPeaks)];
  const leaves = Array.from({length: 130}, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
  for (const [index, leaf] of leaves.entries()) {
    const {completed, ...next} = appendLeaf(peaks, leaf);
    stored.set(`0 ${index}`, leaf);
    for (const [level, node] of completed.entries()) stored.set(`${level + 1} ${index}`, node);
    peaks = next;
    roots.push(rootHash(peaks));
  }
  const hashOf = ({level, last}: Node) => stored.get(`${level} ${last}`) as Buffer;
  for (let size = 1; size <= leaves.length; size += 1) {
    const root = roots[size] as Buffer;
    for (let index = 0; index < size; index += 1) {
      const leaf = leaves[index] as Buffer;
      const recipe = inclusionRecipe(index, size);
      const proof = follow(recipe, hashOf);
      t.true(recipe.flat().length <= 2 * Math.ceil(Math.log2(size)), `${index} in ${size}`);
      if (!provesInclusion({leaf, index, size, proof, root})) t.fail(`${index} in ${size}`);
      const wrong = leaves[(index + 1) % size] as Buffer;
      if (size > 1 && provesInclusion({leaf: wrong, index, size, proof, root}))
        t.fail(`wrong ${index} in ${size}`);
    }
    for (let from = 1; from <= size; from += 1) {
      const proof = follow(consistencyRecipe(from, size), hashOf);
      const fromRoot = roots[from] as Buffer;
      if (!provesConsistency({from, to: size, proof, fromRoot, toRoot: root})) t.fail(`${from} to ${size}`);
      const other = roots[from - 1] as Buffer;
      if (provesConsistency({from, to: size, proof, fromRoot: other, toRoot: root}))
        t.fail(`wrong ${from} to ${size}`);
    }
  }
});

/** A log of some hours, with a checkpoint after each, one of which was kept elsewhere. */
const filled = async (t: Parameters<typeof openAudit>[0], kind: DatabaseKind, sizes = [5, 4, 7]) => {
  const log = await openAudit(t, kind);
  const {audit, storage, clock, admin, visitor} = log;
  const notes: string[] = [];
  const add = (count: number) =>
    storage.transaction(async trx => {
      for (let one = 0; one < count; one += 1) {
        await audit.append(trx, {
          actor: {kind: 'user', id: admin},
          action: one % 2 === 0 ? 'lead.corrected' : 'retention.changed',
          personId: one % 2 === 0 ? visitor : undefined,
          subject: {kind: 'visitor', id: visitor},
          detail: {name: 'Grace Sample', one},
        });
      }
    });
  for (const count of sizes) {
    await add(count);
    clock.advance(hour);
    await audit.checkpoint();
    notes.push((await audit.checkpoints.last())?.note ?? '');
  }
  const lines = async (): Promise<string[]> => {
    const all: string[] = [];
    for await (const line of await audit.exportAll(admin)) all.push(line);
    return all;
  };
  const key = readKey((await audit.checkpoints.keys())[0]?.publicKey ?? '');
  if (!key) throw new Error('there is a key');
  return {...log, notes, lines, add, key};
};
type Filled = Awaited<ReturnType<typeof filled>>;

const told = ({problems}: AuditReport): string =>
  problems.map(({where, what}) => `${where}: ${what}`).join('\n');

/** What somebody does who may write in the database, and has no signing key. */
const forgeries: Record<string, (log: Filled, index: number) => Promise<unknown>> = {
  change: ({storage}, index) =>
    storage.db('audit_leaves').where({index}).update({at: '2020-01-01T00:00:00.000Z'}),
  'change of who did it, with hashes made anew': async (log, index) => {
    await log.storage.db('audit_leaves').where({index}).update({actor_id: log.visitor});
    await hashAnew(log);
  },
  delete: ({storage}, index) => storage.db('audit_leaves').where({index}).delete(),
  'delete and close the gap': async (log, index) => {
    await log.storage.db('audit_leaves').where({index}).delete();
    await renumber(log);
    await hashAnew(log);
  },
  reorder: async ({storage}, index) => {
    const [one, other] = [index, index === 0 ? 1 : index - 1];
    await storage.db('audit_leaves').where({index: one}).update({index: -1});
    await storage.db('audit_leaves').where({index: other}).update({index: one});
    await storage.db('audit_leaves').where({index: -1}).update({index: other});
  },
  truncate: ({storage}, index) => storage.db('audit_leaves').where('index', '>=', index).delete(),
  'truncate with the tree': async (log, index) => {
    await log.storage.db('audit_leaves').where('index', '>=', index).delete();
    await hashAnew(log);
  },
  'exchange the hash alone': ({storage}, index) =>
    storage
      .db('audit_leaves')
      .where({index})
      .update({leaf_hash: 'ab'.repeat(32)}),
};

const renumber = async ({storage}: Filled) => {
  for (const [position, {id}] of (await leavesOf(storage)).entries())
    await storage.db('audit_leaves').where({id}).update({index: position});
};

for (const kind of databaseKinds) {
  test(`${kind}: an export is whole, an outsider verifies it, and it names nobody`, async t => {
    const log = await filled(t, kind);
    const lines = await log.lines();
    const report = await verifyLines(lines, {
      keys: [log.key],
      earlier: [{name: 'kept', note: log.notes[0] ?? ''}],
    });
    t.is(told(report), '');
    t.like(report, {ok: true, of: 'log', compared: 1, checkpoints: 4});
    t.is(report.entries, (await leavesOf(log.storage)).length);
    t.deepEqual(report.notes, []);
    const text = lines.join('\n');
    t.notRegex(text, /Grace|Sample|Ada/);
    t.deepEqual(
      new Set(lines.map(line => (JSON.parse(line) as {type: string}).type)),
      new Set(['header', 'key', 'leaf', 'checkpoint', 'consistency', 'end']),
    );
    // erased, the person is in no detail, and every proof holds
    await log.storage.keys.destroy([log.visitor]);
    t.true((await verifyLines(await log.lines(), {keys: [log.key]})).ok);
    t.true((await log.audit.check(log.admin)).ok);
  });

  for (const [name, forge] of Object.entries(forgeries)) {
    test(`${kind}: somebody who may write in the database is caught: ${name}`, async t => {
      const log = await filled(t, kind);
      const size = (await leavesOf(log.storage)).length;
      await forge(log, randomInt(size - 1));
      const report = await verifyLines(await log.lines(), {keys: [log.key]});
      t.false(report.ok);
      t.log(report.problems[0]);
      const checked = await log.audit.check(log.admin);
      t.false(checked.ok, 'the appliance says so itself');
    });
  }

  test(`${kind}: who also has the signing key and writes the whole log anew is caught by a checkpoint kept elsewhere`, async t => {
    const log = await filled(t, kind);
    const {storage} = log;
    const [row] = await storage.personal
      .reader('security')
      .open<{name: string; public_key: string; private_key: string}>(
        'audit_keys',
        await storage.db('audit_keys'),
      );
    const stolen = {
      name: row?.name ?? '',
      id: row?.public_key.split('+')[1] ?? '',
      publicKey: row?.public_key ?? '',
      privateKey: row?.private_key ?? '',
    };
    await storage.db('audit_leaves').where({index: 2}).update({actor_id: log.visitor});
    await hashAnew(log);
    const {rows} = treeOf(await leavesOf(storage));
    for (const {size, at} of await storage.db('audit_checkpoints').select('size', 'at')) {
      const root = rootHash(treeOf(rows.slice(0, size)).peaks);
      await storage
        .db('audit_checkpoints')
        .where({size})
        .update({root_hash: root.toString('hex'), note: signCheckpoint({size, root, at}, [stolen])});
    }
    const lines = await log.lines();
    t.true((await verifyLines(lines, {keys: [log.key]})).ok, 'the export alone cannot tell');
    for (const [position, note] of log.notes.entries()) {
      const report = await verifyLines(lines, {keys: [log.key], earlier: [{name: `kept ${position}`, note}]});
      t.regex(told(report), /^kept \d: The first \d+ entries are not those that .* was rewritten later/);
    }
  });

  test(`${kind}: a log cut off with all that was signed of it is caught by a checkpoint kept elsewhere; so is another key`, async t => {
    const log = await filled(t, kind);
    const {storage, notes} = log;
    const cut = readCheckpoint(notes[1] ?? '')?.size ?? 0;
    await storage.db('audit_leaves').where('index', '>=', cut).delete();
    await storage.db('audit_checkpoints').where('size', '>', cut).delete();
    await hashAnew(log);
    const lines = await log.lines();
    t.true((await verifyLines(lines, {keys: [log.key]})).ok);
    const report = await verifyLines(lines, {earlier: [{name: 'kept', note: notes[2] ?? ''}]});
    t.regex(told(report), /kept: It was made of 17 entries, this log ends after 11 entries/);

    await storage.db('audit_keys').delete();
    await storage.db('audit_checkpoints').delete();
    const others = await log.lines();
    t.regex(
      told(await verifyLines(others, {keys: [log.key]})),
      /No checkpoint is signed by the key that was given/,
    );
    t.regex(
      told(await verifyLines(others, {earlier: [{name: 'kept', note: notes[0] ?? ''}]})),
      /Its key is none of this export/,
    );
  });

  test(`${kind}: whatever is done to a row that the hashes cover is seen, whichever it is`, async t => {
    const log = await filled(t, kind, [6, 5]);
    const rows = await leavesOf(log.storage);
    const before = await log.lines();
    t.true((await verifyLines(before)).ok);
    const columns = [
      'id',
      'at',
      'actor_kind',
      'actor_id',
      'action',
      'subject_kind',
      'subject_id',
      'person_id',
      'purpose',
      'detail_commitment',
    ];
    await forAll(
      asyncProperty(
        record({
          index: nat(rows.length - 1),
          column: constantFrom(...columns),
          anew: constantFrom(true, false),
        }),
        async ({index, column, anew}) => {
          await log.storage
            .db('audit_leaves')
            .where({index})
            .update({[column]: 'something else'});
          if (anew) await hashAnew(log);
          const all: string[] = [];
          const last = await log.audit.checkpoints.last();
          const signedSize = last?.size ?? 0;
          for await (const line of log.audit.exports.whole({at: '', size: signedSize, signedSize}))
            all.push(line);
          const isSeen = !(await verifyLines(all)).ok;
          await log.storage
            .db('audit_leaves')
            .where({index})
            .update({[column]: rows[index]?.[column as 'id']});
          await hashAnew(log);
          return isSeen;
        },
      ),
      {numRuns: 40},
    );
    t.true((await log.audit.check(null)).ok, 'and what is put back is right again');
  });

  test(`${kind}: nothing is signed that contradicts what was signed before`, async t => {
    const log = await filled(t, kind);
    const signed = await log.audit.checkpoints.last();
    await log.storage.db('audit_leaves').where({index: 3}).update({action: 'nothing.happened'});
    await hashAnew(log);
    await log.add(2);
    await log.audit.checkpoint();
    t.regex(
      log.audit.refused() ?? '',
      /^The first \d+ entries of the audit log are not those that were signed/,
    );
    t.deepEqual(await log.audit.checkpoints.last(), signed);
  });

  test(`${kind}: details taken out of the database are told`, async t => {
    const log = await filled(t, kind);
    await log.storage.db('audit_leaves').where({index: 4}).update({detail_sealed: null});
    const report = await log.audit.check(log.admin);
    t.like(report.problems[0], {where: 'entry 4'});
    t.like((await log.audit.list({limit: 1})).entries[0], {action: 'audit.checked', detail: {ok: false}});
  });

  test(`${kind}: another key takes over, and who trusts the first follows; who does not hold the first cannot be followed`, async t => {
    const log = await filled(t, kind);
    await log.audit.checkpoints.replaceKey(log.admin);
    await log.add(3);
    const lines = await log.lines();
    const keys = await log.audit.checkpoints.keys();
    t.is(keys.length, 2);
    t.truthy(keys[0]?.retiredAt);
    t.is(keys[1]?.retiredAt, null);
    t.true((await verifyLines(lines, {keys: [log.key]})).ok);
    const second = readKey(keys[1]?.publicKey ?? '');
    t.true((await verifyLines(lines, {keys: second ? [second] : []})).ok);
    // the same without the hand-over
    const shared = (line: string) => (line.match(/\\n\u2014 /g) ?? []).length > 1;
    t.is(lines.filter(shared).length, 1);
    const report = await verifyLines(
      lines.map(line => (shared(line) ? line.replace(/\u2014 [^\u2014]*$/, '"}') : line)),
      {keys: [log.key]},
    );
    t.regex(told(report), /signed by a key that the one before it did not hand over to/);
  });

  test(`${kind}: the proof of one entry is verified without the others`, async t => {
    const log = await filled(t, kind);
    for (const index of [0, 3, 10, 16]) {
      const lines = (await log.audit.prove(index)) ?? [];
      const report = await verifyLines(lines, {keys: [log.key]});
      t.is(told(report), '');
      t.like(report, {ok: true, of: 'entry'});
      t.is(lines.filter(line => line.includes('"leaf"')).length, 1);
      t.false(
        (
          await verifyLines(
            lines.map(line =>
              line
                .replace('"lead.corrected"', '"lead.removed"')
                .replace('"retention.changed"', '"lead.removed"')
                .replace('"audit.key_made"', '"lead.removed"'),
            ),
          )
        ).ok,
      );
      t.false((await verifyLines(lines.filter(line => !line.includes('"inclusion"')))).ok);
    }
    t.is(await log.audit.prove(10_000), undefined);
  });
}

test('each check of the verifier is the one that tells what no other would', async t => {
  const {lines: export_, notes} = await filled(t, 'sqlite');
  const lines = await export_();
  type Line = {type: string; content: unknown[]; hash: string; note: string; proof: string[]};
  /** The n-th line of a kind, changed. */
  const problemsWith = async (
    type: string,
    position: number,
    change: (line: Line) => Line,
  ): Promise<string> => {
    let seen = -1;
    const changed = lines.map(text => {
      const line = JSON.parse(text) as Line;
      if (line.type === type) seen += 1;
      return line.type === type && seen === position ? JSON.stringify(change(line)) : text;
    });
    return told(await verifyLines(changed));
  };
  const rehashed = (line: Line): Line => {
    const content = line.content.with(6, 'nothing.happened');
    return {...line, content, hash: leafHash(Buffer.from(JSON.stringify(content))).toString('hex')};
  };
  // entry 8 lies between the checkpoints over 6 and over 10 entries
  t.regex(
    await problemsWith('leaf', 8, rehashed),
    /^line \d+: The entries do not give the root .* The first 6 entries agree: something between entry 6 and entry 9 was changed[^\n]*$/,
  );
  t.regex(
    await problemsWith('leaf', 8, line => ({...line, content: line.content.with(6, 'nothing.happened')})),
    /^entry 8: Its content does not give the hash beside it/,
  );
  t.regex(
    await problemsWith('checkpoint', 1, line => ({...line, note: line.note.replace('T10:', 'T11:')})),
    /^line \d+: The signature under .* is not valid[^\n]*\nline \d+: No key of this export has signed/,
  );
  t.regex(
    await problemsWith('consistency', 0, line => ({...line, proof: line.proof.toReversed()})),
    /^line \d+: There is no proof that the log over 10 entries grew out of the one over 6 entries\.$/,
  );
  const unsigned = (notes[0] ?? '').replace('T09:', 'T08:');
  t.regex(
    told(await verifyLines(lines, {earlier: [{name: 'kept', note: unsigned}]})),
    /^kept: Its signature is not valid/,
  );
});

test('damaged, cut and foreign files are told apart from a log that was changed', async t => {
  const log = await filled(t, 'sqlite');
  const lines = await log.lines();
  const problemsOf = async (given: string[]) => told(await verifyLines(given));
  t.regex(await problemsOf(lines.slice(0, -1)), /ends in the middle/);
  t.regex(await problemsOf(lines.slice(0, 8)), /ends in the middle[^]*says 18 entries/);
  t.regex(await problemsOf(['{"type":"header"}', ...lines.slice(1)]), /not an export/);
  t.regex(await problemsOf(['nonsense']), /cannot be read/);
  t.regex(
    await problemsOf([...lines.slice(0, 5), '{', ...lines.slice(5)]),
    /^line 6: This line cannot be read/,
  );
  t.regex(
    await problemsOf([...lines.slice(0, 5), '{"type":"constructor"}', ...lines.slice(5)]),
    /^line 6: This line does not belong/,
  );
  for (let count = 0; count < 40; count += 1) {
    const position = randomInt(lines.length - 1);
    t.not(
      await problemsOf(lines.toSpliced(position, 1)),
      '',
      `without line ${position + 1}: ${lines[position]}`,
    );
  }
  const other = await filled(t, 'sqlite');
  t.regex(
    told(await verifyLines(lines, {earlier: [{name: 'kept', note: other.notes[0] ?? ''}]})),
    /of another log/,
  );
});

test('a checkpoint is a signed note as other tools read it', async t => {
  const {notes, key} = await filled(t, 'sqlite');
  const [text = '', signatures] = (notes[0] ?? '').split('\n\n');
  const [log, size, root, time] = text.split('\n');
  t.regex(log ?? '', /^crowlit-audit\/[0-9a-f-]{36}$/);
  t.is(size, '6');
  t.is(Buffer.from(root ?? '', 'base64').length, 32);
  t.is(time, 'time 2026-03-02T09:00:00.000Z');
  const [, name, encoded = ''] = /^\u2014 (\S+) (\S+)\n$/.exec(signatures ?? '') ?? [];
  t.is(name, log);
  const bytes = Buffer.from(encoded, 'base64');
  t.is(bytes.length, 4 + 64);
  // RFC 8032 over the text, with the key as it is handed out
  const [, id = '', raw = ''] = /^[^+]+\+([0-9a-f]{8})\+(.+)$/.exec(key.text) ?? [];
  t.is(bytes.toString('hex', 0, 4), id);
  const x = Buffer.from(raw, 'base64').subarray(1).toString('base64url');
  const publicKey = createPublicKey({key: {kty: 'OKP', crv: 'Ed25519', x}, format: 'jwk'});
  t.true(verify(null, Buffer.from(`${text}\n`), publicKey, bytes.subarray(4)));
});

test('the program alone, copied elsewhere, says what is right and what is wrong, and ends accordingly', async t => {
  const log = await filled(t, 'sqlite');
  const folder = temporaryDirectory(t);
  const alone = join(folder, 'verify-audit.mjs');
  copyFileSync(script, alone);
  const file = join(folder, 'audit.jsonl');
  const kept = join(folder, 'kept');
  mkdirSync(kept);
  for (const [position, note] of log.notes.entries())
    writeFileSync(join(kept, `${position}.checkpoint`), note);
  const lines = await log.lines();
  writeFileSync(file, `${lines.join('\n')}\n`);
  const command = (...words: string[]) =>
    run(process.execPath, [alone, ...words], {cwd: folder}).then(
      ({stdout}) => ({code: 0, stdout, stderr: ''}),
      (error: {code: number; stdout: string; stderr: string}) => error,
    );
  const good = await command(file, '--key', log.key.text, '--checkpoint', kept);
  t.is(good.code, 0, good.stderr);
  t.regex(good.stdout, /^The log is whole: 18 entries, 4 checkpoints, 3 compared from elsewhere\./);
  writeFileSync(file, `${lines.join('\n').replace('"lead.corrected"', '"lead.deleted"')}\n`);
  const bad = await command(file, '--checkpoint', join(kept, '0.checkpoint'));
  t.is(bad.code, 1);
  t.regex(
    bad.stdout,
    /Something is wrong \(\d\):\n {2}entry 0: Its content does not give the hash beside it/,
  );
  const main = join(import.meta.dirname, '../../appliance/main.ts');
  const crowlit = await run(process.execPath, [main, 'audit', 'verify', file], {cwd: folder}).catch(
    (error: {code: number; stdout: string}) => error,
  );
  t.like(crowlit, {code: 1});
  t.regex(crowlit.stdout, /entry 0: Its content does not give the hash beside it/, '`crowlit` runs the same');
  t.is((await command()).code, 2);
  t.is((await command(join(folder, 'none'))).code, 2);
  t.is((await command(file, '--key', 'no key')).code, 2);
  t.is((await command(file, '--checkpoint')).code, 2);
});

test('witnesses get each checkpoint once, a failure is kept until it is over, and no file is ever overwritten', async t => {
  const folder = join(temporaryDirectory(t), 'worm');
  const file = join(temporaryDirectory(t), 'siem.log');
  const {audit, storage, clock, admin} = await openAudit(t, 'sqlite', {
    witnesses: [
      {kind: 'directory', path: folder},
      {kind: 'file', path: file},
    ],
  });
  const step = async () => {
    await storage.transaction(trx =>
      audit.append(trx, {actor: {kind: 'user', id: admin}, action: 'site.changed'}),
    );
    clock.advance(hour);
    await audit.checkpoint();
  };
  await step();
  await step();
  const [first] = await audit.witnesses.states();
  t.like(first, {deliveredSize: 0, problem: 'It does not exist.', problemSince: '2026-03-02T09:00:00.000Z'});
  t.is(readFileSync(file, 'utf8').trim().split('\n').length, 2, 'the other one has them');
  mkdirSync(folder);
  // as a crash leaves it: the file is there, and not whole
  writeFileSync(join(folder, '000000000002.checkpoint'), 'crowlit-au');
  await step();
  t.deepEqual(readdirSync(folder).toSorted(), [
    '000000000002-2.checkpoint',
    '000000000002.checkpoint',
    '000000000003.checkpoint',
    '000000000004.checkpoint',
  ]);
  t.is(readFileSync(join(folder, '000000000002.checkpoint'), 'utf8'), 'crowlit-au');
  t.is(statSync(join(folder, '000000000003.checkpoint')).mode & 0o777, 0o440);
  t.like((await audit.witnesses.states())[0], {deliveredSize: 4, problem: null, problemSince: null});
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as {size: number; note: string});
  t.deepEqual(
    lines.map(({size}) => size),
    [2, 3, 4],
  );
  t.is(readCheckpoint(lines[2]?.note ?? '')?.size, 4);

  rmSync(join(folder, '000000000002.checkpoint'));
  t.like(await audit.check(admin), {ok: true, compared: 3});
  // the folder keeps what the database has been made to forget
  await storage.db('audit_leaves').where({index: 1}).update({action: 'nothing.happened'});
  await storage.db('audit_checkpoints').delete();
  await hashAnew({storage});
  const report = await audit.check(admin);
  t.false(report.ok);
  t.regex(report.problems[0]?.where ?? '', /000000000002-2\.checkpoint$/);
  t.regex(report.problems[0]?.what ?? '', /rewritten later/);
});

test('doctor and overview say whether a rewritten history would be seen', async t => {
  const folder = temporaryDirectory(t);
  const gone = join(folder, 'gone');
  type Finding = {check: string; severity: string; state: string; mend: string | null};
  const findings = async (appliance: Started): Promise<Finding | undefined> => {
    const admin = await appliance.administrator();
    const overview = await admin.call<{findings: Finding[]}>('GET', '/api/admin/overview');
    return overview.findings.find(({check}) => check === 'Audit log');
  };
  const without = await startAppliance(t);
  t.like(await findings(without), {severity: 'attention', state: 'Its checkpoints go to no witness.'});

  const environment = {CROWLIT_AUDIT_DIRECTORY: gone};
  const appliance = await startAppliance(t, {environment});
  const check = async () => (await appliance.administrator()).call('POST', '/api/admin/audit/checks');
  await check();
  t.like(await findings(appliance), {
    severity: 'danger',
    state: `No checkpoint can be delivered to ${gone}. It does not exist.`,
  });
  const main = join(import.meta.dirname, '../../appliance/main.ts');
  const doctor = async () => {
    const {stdout} = await run(process.execPath, [main, 'doctor', '--json'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        ...environment,
        CROWLIT_DATA_DIRECTORY: join(folder, 'data'),
        CROWLIT_PORT: '0',
      },
    }).catch((error: {stdout: string}) => error);
    return (JSON.parse(stdout) as {findings: Finding[]}).findings.find(one => one.check === 'Audit log');
  };
  t.like(await doctor(), {severity: 'danger'});
  mkdirSync(gone);
  t.like(await doctor(), {mend: null});
  await check();
  t.like(await findings(appliance), {
    severity: 'attention',
    state: `Its checkpoints go to ${gone}, on the same disk as the data.`,
  });
  await appliance.inside.storage.db('audit_leaves').where({index: 0}).update({action: 'nothing.happened'});
  await check();
  t.like(await findings(appliance), {severity: 'danger', state: 'The last check found that it was changed.'});
});
