#!/usr/bin/env node
/**
 * Checks a pack of evidence, alone: with Node and this file, without the appliance, without a network.
 *
 * A pack is a ZIP written in one way only (nothing compressed, names in order, one date), so that each of its bytes counts:
 * this program takes it apart, writes it again and compares. `manifest.json` names the SHA-256 of every other file and is
 * signed with the Ed25519 key that signs the audit log.
 */
import {createHash, createPublicKey, verify as verifySignature} from 'node:crypto';
import {readFileSync, realpathSync, statSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {crc32} from 'node:zlib';

const manifestName = 'manifest.json';
const kind = 'evidence-pack';
const spki = Buffer.from('302a300506032b6570032100', 'hex');

// ---- the archive ----

const localHead = ({name, content}, dosTime) => {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  // names are UTF-8, content is stored as it is
  head.writeUInt16LE(0x0800, 6);
  head.writeUInt32LE(dosTime, 10);
  head.writeUInt32LE(crc32(content), 14);
  head.writeUInt32LE(content.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(Buffer.byteLength(name), 26);
  return head;
};

const dosTimeOf = at => {
  const date = new Date(at);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
};

/** `files`: {name, content}; `at`: the one date all of them carry. The same files and date are the same bytes. */
export const writeArchive = (files, at) => {
  const dosTime = dosTimeOf(at);
  const parts = [];
  const directory = [];
  let offset = 0;
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const file of sorted) {
    const name = Buffer.from(file.name);
    const local = localHead(file, dosTime);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
    parts.push(local, name, file.content);
    offset += local.length + name.length + file.content.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(sorted.length, 8);
  end.writeUInt16LE(sorted.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
};

/** Undefined where it is no archive of ours. */
export const readArchive = bytes => {
  const end = bytes.length - 22;
  if (end < 0 || bytes.readUInt32LE(end) !== 0x06054b50) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const files = [];
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== 0x02014b50) return undefined;
    const [length, nameLength, offset] = [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.subarray(at + 46, at + 46 + nameLength).toString();
    const from = offset + 30 + nameLength;
    if (from + length > end) return undefined;
    files.push({name, content: bytes.subarray(from, from + length)});
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
};

// ---- the check ----

const canonical = value => {
  if (Array.isArray(value)) return `[${value.map(one => canonical(one ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
    .join(',')}}`;
};
/** The bytes of `manifest.json`. */
export const manifestText = signed => `${canonical(signed)}\n`;
export const sha256 = content => createHash('sha256').update(content).digest('hex');

/** A key as the audit log writes it (`name+id+key`), or its raw base64. */
const rawKey = text => {
  const [, , ...rest] = text.trim().split('+');
  const bytes = Buffer.from(rest.length > 0 ? rest.join('+') : text.trim(), 'base64');
  const raw = bytes.length === 33 ? bytes.subarray(1) : bytes;
  return raw.length === 32 ? raw.toString('base64') : undefined;
};

const isSigned = signed => {
  const signature = Buffer.from(signed.signature, 'base64');
  const key = Buffer.from(signed.publicKey, 'base64');
  const {document} = signed;
  const bytes = Buffer.from(`crowlit/${kind}/v1\n${canonical(document)}`);
  return verifySignature(
    null,
    bytes,
    createPublicKey({key: Buffer.concat([spki, key]), format: 'der', type: 'spki'}),
    signature,
  );
};

/** `key`: the one the reader was told another way; without it, that of the pack itself is believed. */
export const verifyPack = (bytes, {key} = {}) => {
  const problems = [];
  const notes = [];
  const report = (signed, files) => ({
    ok: problems.length === 0,
    problems,
    notes,
    madeAt: signed?.document?.madeAt ?? null,
    appliance: signed?.document?.appliance ?? null,
    publicKey: signed?.publicKey ?? null,
    files: files?.length ?? 0,
  });
  let files;
  let signed;
  try {
    files = readArchive(bytes);
    const manifest = files?.find(({name}) => name === manifestName);
    if (!manifest) {
      problems.push('This is no pack of evidence, or its directory was damaged.');
      return report();
    }
    const text = manifest.content.toString();
    signed = JSON.parse(text);
    if (manifestText(signed) !== text) problems.push('The manifest was written anew.');
    if (!isSigned(signed))
      problems.push('The signature of the manifest is not valid: it was changed, or signed by another key.');
    const listed = new Map(signed.document.files.map(one => [one.name, one]));
    for (const {name, content} of files) {
      if (name === manifestName) continue;
      const known = listed.get(name);
      if (!known) problems.push(`${name} is not in the manifest: it was added.`);
      else if (known.sha256 !== sha256(content)) problems.push(`${name} was changed.`);
      listed.delete(name);
    }
    for (const name of listed.keys()) problems.push(`${name} is missing.`);
    if (!writeArchive(files, signed.document.madeAt).equals(bytes))
      problems.push('The archive itself was changed outside of its files.');
  } catch {
    problems.push('This pack cannot be read: it was damaged.');
  }
  if (key !== undefined && signed && key !== signed.publicKey)
    problems.push('It is signed by another key than the one that was given.');
  if (key === undefined)
    notes.push(
      'The signature was checked with the key in the pack. Give --key with one you were told another way.',
    );
  return report(signed, files);
};

// ---- the command ----

const usage = `Checks a pack of evidence.

  verify-evidence PACK [--key KEY|FILE]

  --key   the public key of the appliance's audit log, as text or as a file that holds it

Ends with 0 when all is right, 1 when something was changed, 2 when it could not begin.
`;

class Usage extends Error {}

const readArguments = words => {
  const [file, flag, key, ...rest] = words;
  if (
    file === undefined ||
    rest.length > 0 ||
    (flag !== undefined && (flag !== '--key' || key === undefined))
  )
    throw new Usage(usage);
  if (statSync(file, {throwIfNoEntry: false})?.isFile() !== true)
    throw new Usage(`There is no file ${file}.`);
  if (key === undefined) return {file, key};
  const isFile = statSync(key, {throwIfNoEntry: false})?.isFile() === true;
  const raw = rawKey(isFile ? readFileSync(key, 'utf8') : key);
  if (raw === undefined) throw new Usage(`${key} is not the public key of an audit log.`);
  return {file, key: raw};
};

/** Resolves with the exit code. */
export const runVerifyPack = (words, {say, tell}) => {
  try {
    const {file, key} = readArguments(words);
    const report = verifyPack(readFileSync(file), {key});
    if (report.ok)
      say(`The pack is whole: ${report.files} files, made ${report.madeAt}, signed by ${report.publicKey}.`);
    else say(`Something is wrong:\n${report.problems.map(problem => `  ${problem}`).join('\n')}`);
    for (const note of report.notes) say(`Note: ${note}`);
    return report.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    tell(error.message);
    return 2;
  }
};

const isStartedItself =
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isStartedItself) {
  process.exitCode = runVerifyPack(process.argv.slice(2), {
    say: line => process.stdout.write(`${line}\n`),
    tell: line => process.stderr.write(`${line}\n`),
  });
}
