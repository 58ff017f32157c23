#!/usr/bin/env node
/**
 * Checks a certificate, of the deletion of everything or of a person's erasure, without Crowlit:
 * `node verify-certificate.mjs certificate.json --key KEY`. It needs Node 18 or newer and this one file. What it checks:
 *
 * 1. the certificate is signed (Ed25519) over its kind (`crowlit/deletion-certificate/v1` or `crowlit/erasure-certificate/v1`), a
 *    line feed and its document as JSON with sorted keys and no spaces: not a letter of it was changed;
 * 2. nothing is missing in it, nothing was added, and its dates follow each other; what does not fit is named by its place;
 * 3. with --key, that the signature is of that key: the one that signs the audit log, which you kept from before;
 * 4. with --audit-log, that its key signed both; and of a deletion, that the log beside it is the one the certificate speaks of.
 *
 * Without --key it cannot tell whether somebody made a certificate and a key of their own.
 */
import {createHash, createPublicKey, verify} from 'node:crypto';
import {createReadStream, readFileSync, realpathSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const usage = `verify-certificate FILE [--key KEY|FILE] [--audit-log FILE]

  --key        the public key that signed the audit log: its line name+id+key, the raw key in base64, or a file with either
  --audit-log  the audit log that was exported with the certificate, or an export of the log of the appliance

Ends with 0 when all is right, 1 when something is wrong, 2 when it could not begin.
`;

class Usage extends Error {}

const read = path => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Usage(`${path} cannot be read: ${error.message}`);
  }
};

/** Keys sorted, no spaces: the same document is the same text. */
const canonical = value => {
  if (Array.isArray(value)) return `[${value.map(one => canonical(one)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map(key => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(',')}}`;
};

const rawLength = 32;
const spki = Buffer.from('302a300506032b6570032100', 'hex');

/** The 32 bytes of a key, from its raw form or from the line of a log. */
const rawKey = text => {
  const word = text.trim().split(/\s+/)[0] ?? '';
  if (/^[A-Za-z0-9+/]{43}=$/.test(word)) return Buffer.from(word, 'base64');
  const line = /^[^+\s]+\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)$/.exec(word);
  const bytes = Buffer.from(line?.[1] ?? '', 'base64');
  return bytes.length === rawLength + 1 && bytes[0] === 1 ? bytes.subarray(1) : undefined;
};
const keyFrom = text => {
  const key = rawKey(text) ?? rawKey(read(text));
  if (!key) throw new Usage(`${text} is not a public key.`);
  return key;
};

const isSigned = (kind, {document, signature, publicKey}) => {
  try {
    const key = createPublicKey({
      key: Buffer.concat([spki, Buffer.from(publicKey, 'base64')]),
      format: 'der',
      type: 'spki',
    });
    const bytes = Buffer.from(`crowlit/${kind}-certificate/v1\n${canonical(document)}`);
    return verify(null, bytes, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
};

const isText = value => typeof value === 'string' && value !== '';
const isCount = value => Number.isInteger(value) && value >= 0;
const isInstant = value =>
  isText(value) &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));
const listOf = of => [of];
const moment = [isInstant, 'an instant'];
const words = [isText, 'a text'];
const count = [isCount, 'a count'];

/** What stands where in the certificate of a person's erasure. */
const erasure = {
  version: [value => value === 1, '1, the version that this program knows'],
  request: words,
  company: [value => typeof value === 'string', 'a text'],
  requestedAt: moment,
  provedBy: [value => ['session', 'mail', 'console'].includes(value), 'session, mail or console'],
  persons: listOf(words),
  liveErasureAt: moment,
  lastKeyCopyEndsAt: moment,
  stores: listOf({store: words, rows: count}),
  crm: listOf({
    connector: words,
    confirmed: [value => ['by_receiver', 'by_hand'].includes(value), 'by_receiver or by_hand'],
    at: [value => value === null || isInstant(value), 'an instant, or nothing'],
  }),
  ledger: {
    entries: listOf(count),
    head: {number: count, hash: [value => typeof value === 'string', 'a hash']},
  },
};

/** Each place that does not hold what belongs there. */
const misfits = (shape, value, place) => {
  if (typeof shape[0] === 'function') return shape[0](value) ? [] : [`${place} is not ${shape[1]}.`];
  if (Array.isArray(shape))
    return Array.isArray(value)
      ? value.flatMap((one, at) => misfits(shape[0], one, `${place}[${at}]`))
      : [`${place} is not a list.`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${place} is missing.`];
  return [
    ...Object.entries(shape).flatMap(([name, inner]) =>
      name in value ? misfits(inner, value[name], `${place}.${name}`) : [`${place}.${name} is missing.`],
    ),
    ...Object.keys(value)
      .filter(name => !(name in shape))
      .map(name => `${place}.${name} does not belong to it.`),
  ];
};

const problemsOfErasure = document => {
  const problems = misfits(erasure, document, 'document');
  if (problems.length > 0) return problems;
  const {requestedAt, liveErasureAt, lastKeyCopyEndsAt, ledger, persons} = document;
  if (persons.length === 0) problems.push('document.persons names nobody.');
  if (liveErasureAt < requestedAt) problems.push('document.liveErasureAt lies before the request.');
  if (lastKeyCopyEndsAt < liveErasureAt) problems.push('document.lastKeyCopyEndsAt lies before the erasure.');
  const beyond = ledger.entries.findIndex(number => number > ledger.head.number);
  if (beyond >= 0) problems.push(`document.ledger.entries[${beyond}] lies behind the head of the ledger.`);
  return problems;
};

const placesOf = {
  crm: 'leads and their deliveries',
  qualification: 'facts and scores',
  conversations: 'conversations and visit',
  mail: 'letters',
  privacy: 'links to requests',
  keys: 'key of the person',
};

/** Both kinds: how one is told, what belongs into it, what it says in plain words. */
const kinds = {
  deletion: {
    is: document => document.format === 'crowlit-deletion-certificate',
    problems: () => [],
    lines: ({organisation, liveErasureAt, lastKeyCopyEndsAt, destroyed}) => [
      `The certificate is whole. The data of ${organisation} was deleted on ${liveErasureAt};`,
      `the last copy of a key ends on ${lastKeyCopyEndsAt}.`,
      ...destroyed.map(({what, count: many, unit}) => `  ${what}: ${many} ${unit}`),
    ],
  },
  erasure: {
    is: document => document.format === undefined && ('persons' in document || 'request' in document),
    problems: problemsOfErasure,
    lines: ({company, persons, requestedAt, liveErasureAt, lastKeyCopyEndsAt, stores, crm, ledger}) => [
      `The certificate is whole. ${company || 'The organisation'} erased ${persons.length === 1 ? 'one person' : `${persons.length} persons`}, as asked on ${requestedAt}.`,
      `From ${liveErasureAt} on nothing of them could be read on the running appliance.`,
      `From ${lastKeyCopyEndsAt} on the last copy of their keys is gone: no backup of the data can be read either.`,
      ...stores.map(
        ({store, rows}) =>
          `  ${placesOf[store] ?? store}: ${rows} ${rows === 1 ? 'record' : 'records'} deleted`,
      ),
      ...crm.map(
        ({connector, confirmed, at}) =>
          `  CRM ${connector}: deletion confirmed by ${confirmed === 'by_hand' ? 'a person' : 'the receiver'}${at ? ` on ${at}` : ''}`,
      ),
      `  erasure ledger: ${ledger.entries.length === 1 ? 'entry' : 'entries'} ${ledger.entries.join(', ')}; its head was entry ${ledger.head.number}`,
      ...persons.map(pseudonym => `  pseudonym ${pseudonym}`),
    ],
  },
};
const parts = ['document', 'signature', 'keyId', 'publicKey'];

/** What is wrong with the log beside the certificate. */
const problemsOfLog = async (path, {document, publicKey}) => {
  const hash = createHash('sha256');
  const keys = [];
  let entries = 0;
  try {
    for await (const piece of createReadStream(path)) hash.update(piece);
    for await (const line of createInterface({input: createReadStream(path), crlfDelay: Infinity})) {
      if (line.startsWith('{"type":"leaf"')) entries += 1;
      else if (line.startsWith('{"type":"key"')) keys.push(rawKey(JSON.parse(line).key));
    }
  } catch (error) {
    throw new Usage(`${path} cannot be read: ${error.message}`);
  }
  // a person's erasure names no log: the appliance goes on writing it
  const said = document.kept?.find(one => one.sha256 !== undefined);
  const problems = [];
  if (said && said.sha256 !== hash.digest('hex'))
    problems.push('The audit log is not the one that the certificate speaks of.');
  if (said && said.entries !== entries)
    problems.push(`The audit log has ${entries} entries, and the certificate says ${said.entries}.`);
  if (!keys.some(key => key?.equals(Buffer.from(publicKey, 'base64'))))
    problems.push('The key that signed the certificate did not sign the audit log.');
  return problems;
};

/** Where reading ended: the place that the parser names, or the end of the text. */
const placeIn = (text, {message}) => {
  const end = text.trimEnd().length;
  const at = Number(/position (\d+)/.exec(message)?.[1] ?? end);
  const lines = text.slice(0, at).split('\n');
  const isCut = at >= end || message.includes('Unterminated');
  return `line ${lines.length}, character ${lines.at(-1).length + 1}${isCut ? ', where the file ends too early' : ''}`;
};

/** The certificate as JSON text, and what it should fit. */
export const verifyCertificate = async (text, {key, auditLog} = {}) => {
  const none = problem => ({ok: false, problems: [problem], document: null});
  let signed;
  try {
    signed = JSON.parse(text);
  } catch (error) {
    return none(`This is no whole certificate: it cannot be read at ${placeIn(text, error)}.`);
  }
  const document = signed?.document;
  if (typeof document !== 'object' || document === null)
    return none('This is no certificate of a deletion or of an erasure: document is missing.');
  const kind = Object.keys(kinds).find(one => kinds[one].is(document));
  if (!kind)
    return none('This is no certificate of a deletion or of an erasure: document is something else.');
  const problems = [
    ...parts.filter(name => !isText(signed[name]) && name !== 'document').map(name => `${name} is missing.`),
    ...Object.keys(signed)
      .filter(name => !parts.includes(name))
      .map(name => `${name} does not belong to it: nobody signed it.`),
    ...kinds[kind].problems(document),
  ];
  if (!isSigned(kind, signed))
    problems.push(
      'The signature does not fit document: the certificate was changed, or is another document.',
    );
  if (key && !key.equals(Buffer.from(String(signed.publicKey), 'base64')))
    problems.push('publicKey: another key than the one you gave has signed it.');
  if (auditLog) problems.push(...(await problemsOfLog(auditLog, signed)));
  return {ok: problems.length === 0, problems, kind, document, publicKey: signed.publicKey};
};

/** A certificate comes from anywhere: nothing in it moves the cursor of whoever reads it. */
const harmless = line => line.replaceAll(/\p{Cc}|\p{Cf}/gu, '?');

const readArguments = words => {
  const options = {files: []};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word !== '--key' && word !== '--audit-log') {
      if (word.startsWith('--')) throw new Usage(`What is meant by ${word}?\n\n${usage}`);
      options.files.push(word);
      continue;
    }
    const value = words[(at += 1)];
    if (value === undefined) throw new Usage(`${word} needs a value.\n\n${usage}`);
    if (word === '--key') options.key = keyFrom(value);
    else options.auditLog = value;
  }
  if (options.files.length !== 1) throw new Usage(usage);
  return options;
};

/** `words`: what stands after the command's name. Resolves with the exit code. */
export const runVerifyCertificate = async (words, {say: print, tell}) => {
  const say = line => print(harmless(line));
  try {
    const {files, ...options} = readArguments(words);
    const {ok, problems, kind, document, publicKey} = await verifyCertificate(read(files[0]), options);
    if (!ok) {
      say('Something is wrong:');
      for (const problem of problems) say(`  ${problem}`);
      return 1;
    }
    for (const line of kinds[kind].lines(document)) say(line);
    if (!options.key)
      say(`Note: signed by ${publicKey}. Compare it with the key of the audit log that you kept: --key.`);
    return 0;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    tell(error.message);
    return 2;
  }
};

const isStartedItself =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isStartedItself) {
  process.exitCode = await runVerifyCertificate(process.argv.slice(2), {
    say: line => process.stdout.write(`${line}\n`),
    tell: line => process.stderr.write(`${line}\n`),
  });
}
