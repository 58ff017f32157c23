#!/usr/bin/env node
/**
 * Checks a certificate of a deletion, without Crowlit: `node verify-certificate.mjs certificate.json --key KEY`. It needs Node 18
 * or newer and this one file. What it checks:
 *
 * 1. the certificate is signed (Ed25519) over `crowlit/deletion-certificate/v1`, a line feed and its document as JSON with sorted
 *    keys and no spaces: not a letter of it was changed;
 * 2. with --key, that the signature is of that key: the one that signed the audit log, which you kept from before;
 * 3. with --audit-log, that the log beside it is the one the certificate speaks of, and that its key signed both.
 *
 * Without --key it cannot tell whether somebody made a certificate and a key of their own.
 */
import {createHash, createPublicKey, verify} from 'node:crypto';
import {createReadStream, readFileSync, realpathSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const usage = `verify-certificate FILE [--key KEY|FILE] [--audit-log FILE]

  --key        the public key that signed the audit log: its line name+id+key, the raw key in base64, or a file with either
  --audit-log  the audit log that was exported with the certificate

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

const isSigned = ({document, signature, publicKey}) => {
  try {
    const key = createPublicKey({
      key: Buffer.concat([spki, Buffer.from(publicKey, 'base64')]),
      format: 'der',
      type: 'spki',
    });
    const bytes = Buffer.from(`crowlit/deletion-certificate/v1\n${canonical(document)}`);
    return verify(null, bytes, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
};

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
  const said = document.kept.find(one => one.sha256 !== undefined);
  const problems = [];
  if (said?.sha256 !== hash.digest('hex'))
    problems.push('The audit log is not the one that the certificate speaks of.');
  if (said?.entries !== entries)
    problems.push(`The audit log has ${entries} entries, and the certificate says ${said?.entries}.`);
  if (!keys.some(key => key?.equals(Buffer.from(publicKey, 'base64'))))
    problems.push('The key that signed the certificate did not sign the audit log.');
  return problems;
};

/** The certificate as JSON text, and what it should fit. */
export const verifyCertificate = async (text, {key, auditLog} = {}) => {
  let signed;
  try {
    signed = JSON.parse(text);
  } catch {
    return {ok: false, problems: ['This is no certificate: it is not JSON.'], document: null};
  }
  if (signed?.document?.format !== 'crowlit-deletion-certificate')
    return {ok: false, problems: ['This is no certificate of a deletion.'], document: null};
  const problems = [];
  if (!isSigned(signed)) problems.push('The signature does not fit: the certificate was changed.');
  if (key && !key.equals(Buffer.from(String(signed.publicKey), 'base64')))
    problems.push('Another key than the one you gave has signed it.');
  if (auditLog) problems.push(...(await problemsOfLog(auditLog, signed)));
  return {ok: problems.length === 0, problems, document: signed.document, publicKey: signed.publicKey};
};

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
export const runVerifyCertificate = async (words, {say, tell}) => {
  try {
    const {files, ...options} = readArguments(words);
    const {ok, problems, document, publicKey} = await verifyCertificate(read(files[0]), options);
    if (!ok) {
      say('Something is wrong:');
      for (const problem of problems) say(`  ${problem}`);
      return 1;
    }
    say(
      `The certificate is whole. The data of ${document.organisation} was deleted on ${document.liveErasureAt};`,
    );
    say(`the last copy of a key ends on ${document.lastKeyCopyEndsAt}.`);
    for (const {what, count, unit} of document.destroyed) say(`  ${what}: ${count} ${unit}`);
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
