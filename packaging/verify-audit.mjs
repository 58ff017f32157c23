#!/usr/bin/env node
/**
 * Checks an export of Crowlit's audit log, without Crowlit: `node verify-audit.mjs FILE --checkpoint EARLIER --key KEY`.
 * It needs Node 18 or newer and this one file. What it checks, and against what:
 *
 * 1. every entry gives the hash beside it, no number is missing, doubled or out of order;
 * 2. the entries give the root of each checkpoint (RFC 9162, section 2.1: SHA-256 over 0x00 and the entry's JSON, nodes
 *    over 0x01 and both sides), and each checkpoint grew out of the one before (section 2.1.4);
 * 3. each checkpoint is signed (C2SP signed-note and tlog-checkpoint, Ed25519) by the key given, or by one that took over
 *    from it in a checkpoint signed by both;
 * 4. an earlier checkpoint, kept where the server's administrator cannot change it, is what the entries gave at that size.
 *
 * The export alone cannot tell whether its owner wrote and signed the whole of it anew: that is what 4 is for.
 *
 * It checks receipts of retention runs, too (`node verify-audit.mjs RECEIPT --key KEY --id ID`): that the signature is the
 * key's, that the hashes in the file give the counts and roots that are signed, and whether a conversation was among them.
 */
import {createHash, createPublicKey, verify} from 'node:crypto';
import {createReadStream, readdirSync, readFileSync, realpathSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

// ---- the tree (RFC 9162) ----

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = text => sha256(Buffer.of(0), Buffer.from(text));
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** The root over leaves that come one by one: the perfect trees seen so far, largest first. */
const growingTree = () => {
  const peaks = [];
  let size = 0;
  return {
    size: () => size,
    append: leaf => {
      let node = leaf;
      for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) node = nodeHash(peaks.pop(), node);
      peaks.push(node);
      size += 1;
    },
    root: () => (size === 0 ? sha256() : peaks.reduceRight((right, left) => nodeHash(left, right))),
  };
};

const half = number => Math.floor(number / 2);

/** Section 2.1.3.2. */
export const provesInclusion = ({leaf, index, size, proof, root}) => {
  if (!(index < size)) return false;
  let [fn, sn, node] = [index, size - 1, leaf];
  for (const hash of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(hash, node);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      node = nodeHash(node, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && node.equals(root);
};

/** Section 2.1.4.2. */
export const provesConsistency = ({from, to, proof, fromRoot, toRoot}) => {
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if (from === 0) return proof.length === 0;
  if (from > to || proof.length === 0) return false;
  const isPower = Number.isInteger(Math.log2(from));
  const path = isPower ? [fromRoot, ...proof] : proof;
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [path[0], path[0]];
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr);
      sr = nodeHash(hash, sr);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr.equals(fromRoot) && sr.equals(toRoot);
};

// ---- signed notes (C2SP) ----

const ed25519 = 1;
const spki = Buffer.from('302a300506032b6570032100', 'hex');

/** A key as one line of text: name, `+`, the first bytes of its hash, `+`, the key itself. */
export const readKey = text => {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (!name || bytes.length !== 33 || bytes[0] !== ed25519) return undefined;
  if (sha256(Buffer.from(`${name}\n`), bytes).toString('hex', 0, 4) !== id) return undefined;
  const publicKey = createPublicKey({
    key: Buffer.concat([spki, bytes.subarray(1)]),
    format: 'der',
    type: 'spki',
  });
  return {name, id, text: text.trim(), publicKey};
};

/** A checkpoint: the log's name, how many entries, the root; further lines; and who signed it. */
export const readCheckpoint = note => {
  const cut = note.lastIndexOf('\n\n');
  const signed = note.slice(0, cut + 1);
  const [log, size, root, ...more] = signed.split('\n').slice(0, -1);
  const lines = note
    .slice(cut + 2)
    .split('\n')
    .slice(0, -1);
  const signatures = lines.map(line => {
    const [, name, encoded] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded ?? '', 'base64');
    return name && bytes.length > 4
      ? {name, id: bytes.toString('hex', 0, 4), signature: bytes.subarray(4)}
      : undefined;
  });
  const rootBytes = Buffer.from(root ?? '', 'base64');
  const isReadable =
    cut > 0 &&
    note.endsWith('\n') &&
    /^(?:0|[1-9]\d{0,14})$/.test(size ?? '') &&
    rootBytes.length === 32 &&
    rootBytes.toString('base64') === root &&
    signatures.length > 0 &&
    signatures.every(Boolean);
  if (!isReadable) return undefined;
  const at = more.find(line => line.startsWith('time '))?.slice(5) ?? null;
  return {log, size: Number(size), root: rootBytes, at, signed, signatures};
};

/**
 * The signed note in a line that a log collector kept: in the structured data of a syslog message (RFC 5424), wherever in the
 * collector's own line that stands; or in a line of JSON as the appliance adds it to a file.
 */
const noteInLine = line => {
  const [, element] = /\[crowlitCheckpoint@\d+((?: [A-Za-z]+="[^"\]\\]*")+)\]/.exec(line) ?? [];
  if (element !== undefined) {
    const fields = [...element.matchAll(/ ([A-Za-z]+)="([^"]*)"/g)].map(([, name, value]) => ({name, value}));
    const of = name => fields.find(field => field.name === name)?.value ?? '';
    const log = of('log');
    const signatures = fields
      .filter(({name}) => name === 'signature')
      .map(({value}) => `\u2014 ${log} ${value}\n`);
    return `${log}\n${of('size')}\n${of('root')}\ntime ${of('time')}\n\n${signatures.join('')}`;
  }
  if (!line.startsWith('{')) return undefined;
  try {
    const {event, note} = JSON.parse(line);
    return event === 'crowlit.audit.checkpoint' && typeof note === 'string' ? note : undefined;
  } catch {
    return undefined;
  }
};
/** The checkpoints in a file that was kept: one note, or the lines of a log collector that hold some. */
export const notesIn = text => {
  if (readCheckpoint(text)) return [text];
  const found = text.split(/\r?\n/).flatMap(line => noteInLine(line) ?? []);
  // what is neither is told as what it is
  return found.length > 0 ? found : [text];
};

const isGood = (checkpoint, {signature}, key) =>
  verify(null, Buffer.from(checkpoint.signed), key.publicKey, signature);

// ---- the verifier ----

const mostTold = 20;
const numbers = new Intl.NumberFormat('en');
const entries = count => `${numbers.format(count)} ${count === 1 ? 'entry' : 'entries'}`;
const isHash = value => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const capital = text => text[0].toUpperCase() + text.slice(1);
const named = ({size, at}) => `the checkpoint over ${entries(size)}${at ? ` of ${at}` : ''}`;

/**
 * Takes the lines of an export, one by one, in memory that does not grow with the entries.
 * `keys`: as `readKey` gives them; none: the export's own are believed. `earlier`: {name, note} of checkpoints kept elsewhere.
 */
export const createVerifier = ({keys = [], earlier = []} = {}) => {
  const problems = [];
  let problemCount = 0;
  const notes = [];
  const tree = growingTree();
  const known = new Map(keys.map(key => [key.id, key]));
  const roots = new Map();
  let trusted = new Set(keys.map(({id}) => id));
  let isTrustBegun = false;
  let header;
  let isEnded = false;
  let lineNumber = 0;
  let expected = 0;
  let agreed = 0;
  let differing = 0;
  let last;
  let checkpoints = 0;
  let proved = 0;
  let consistencies = 0;
  let entry;

  const problem = (where, what) => {
    problemCount += 1;
    if (problems.length < mostTold) problems.push({where, what: capital(what)});
  };
  const here = () => `line ${numbers.format(lineNumber)}`;

  const kept = earlier
    .flatMap(({name, note}) => {
      const checkpoint = readCheckpoint(note);
      if (!checkpoint) problem(name, 'This is not a checkpoint that can be read.');
      return checkpoint ? [{name, ...checkpoint}] : [];
    })
    .sort((one, other) => one.size - other.size);
  const outstanding = [...kept];
  let rewritten = 0;

  /** Earlier checkpoints, as soon as the entries have reached their size. */
  const compareKept = () => {
    while (outstanding[0]?.size === tree.size()) {
      const one = outstanding.shift();
      if (one.root.equals(tree.root())) continue;
      rewritten += 1;
      // those that follow differ with it
      if (rewritten > 1) continue;
      problem(
        one.name,
        `The first ${entries(one.size)} are not those that ${named(one)} was made of: what lies before it was rewritten later.`,
      );
    }
  };

  const signers = checkpoint => {
    const good = [];
    for (const signature of checkpoint.signatures) {
      const key = known.get(signature.id);
      if (!key || key.name !== signature.name) continue;
      if (isGood(checkpoint, signature, key)) good.push(key.id);
      else
        problem(
          here(),
          `The signature under ${named(checkpoint)} is not valid: text or signature was changed.`,
        );
    }
    return good;
  };

  /** Where one key hands over to the next both sign, the next one first: it alone is trusted from there on. */
  const follow = checkpoint => {
    const good = signers(checkpoint);
    if (good.length === 0) {
      problem(here(), `No key of this export has signed ${named(checkpoint)}.`);
      return;
    }
    if (!isTrustBegun && keys.length === 0) trusted = new Set([good[0]]);
    const isTrusted = good.some(id => trusted.has(id));
    if (!isTrusted) {
      if (isTrustBegun)
        problem(
          here(),
          `${named(checkpoint)} is signed by a key that the one before it did not hand over to.`,
        );
      return;
    }
    isTrustBegun = true;
    trusted = new Set([good[0]]);
  };

  const onCheckpoint = ({note}) => {
    const checkpoint = typeof note === 'string' ? readCheckpoint(note) : undefined;
    if (!checkpoint) return problem(here(), 'This checkpoint cannot be read.');
    checkpoints += 1;
    if (checkpoint.log !== header.log)
      problem(here(), `This checkpoint belongs to another log, ${checkpoint.log}.`);
    follow(checkpoint);
    roots.set(checkpoint.size, checkpoint.root);
    last = checkpoint;
    if (header.of === 'entry') return undefined;
    if (checkpoint.size !== tree.size()) {
      return problem(
        here(),
        `${named(checkpoint)} stands after ${entries(tree.size())}: entries are missing or too many, or the log was cut off.`,
      );
    }
    if (checkpoint.root.equals(tree.root())) {
      agreed = checkpoint.size;
      return undefined;
    }
    differing += 1;
    return differing > 1
      ? undefined
      : problem(
          here(),
          `The entries do not give the root that ${named(checkpoint)} signs. ${
            agreed === 0 ? 'No checkpoint before it agrees' : `The first ${entries(agreed)} agree`
          }: something between entry ${numbers.format(agreed)} and entry ${numbers.format(checkpoint.size - 1)} was changed, moved or removed.`,
        );
  };

  const onLeaf = ({content, hash}) => {
    if (!Array.isArray(content) || !isHash(hash)) return problem(here(), 'This entry cannot be read.');
    const computed = leafHash(JSON.stringify(content));
    const index = content[1];
    if (computed.toString('hex') !== hash)
      problem(`entry ${index}`, 'Its content does not give the hash beside it: the entry was changed.');
    entry = {index, hash: computed};
    if (header.of === 'entry') return undefined;
    if (index > expected) {
      problem(
        `entry ${expected}`,
        index === expected + 1
          ? `It is missing: entry ${index} follows entry ${expected - 1}.`
          : `Entries ${expected} to ${index - 1} are missing.`,
      );
    } else if (index !== expected) {
      problem(`entry ${index}`, `It stands where entry ${expected} belongs: entries were moved or doubled.`);
    }
    expected = index + 1;
    tree.append(computed);
    compareKept();
    return undefined;
  };

  const hashes = proof =>
    Array.isArray(proof) && proof.every(isHash) ? proof.map(hex => Buffer.from(hex, 'hex')) : undefined;

  const onConsistency = ({from, to, proof}) => {
    consistencies += 1;
    const [path, fromRoot, toRoot] = [hashes(proof), roots.get(from), roots.get(to)];
    const holds = path && fromRoot && toRoot && provesConsistency({from, to, proof: path, fromRoot, toRoot});
    if (!holds)
      problem(
        here(),
        `There is no proof that the log over ${entries(to)} grew out of the one over ${entries(from)}.`,
      );
    else proved += 1;
  };

  const onInclusion = ({index, size, proof}) => {
    const [path, root] = [hashes(proof), roots.get(size)];
    const holds =
      entry?.index === index &&
      path &&
      root &&
      provesInclusion({leaf: entry.hash, index, size, proof: path, root});
    if (!holds) problem(here(), `It is not proved that entry ${index} is in the log over ${entries(size)}.`);
    else proved += 1;
  };

  const onKey = ({key: text}) => {
    const key = typeof text === 'string' ? readKey(text) : undefined;
    if (!key) problem(here(), 'This key cannot be read.');
    else if (!known.has(key.id)) known.set(key.id, key);
  };

  const kinds = {
    key: onKey,
    leaf: onLeaf,
    checkpoint: onCheckpoint,
    consistency: onConsistency,
    inclusion: onInclusion,
    end: () => {
      isEnded = true;
    },
  };

  return {
    line: text => {
      lineNumber += 1;
      let content;
      try {
        content = JSON.parse(text);
      } catch {
        return problem(here(), 'This line cannot be read: the file is damaged or not an export.');
      }
      if (lineNumber === 1) {
        if (content?.type !== 'header' || content.format !== 'crowlit-audit' || content.version !== 1)
          return problem(here(), 'This is not an export of the audit log that this version can read.');
        header = content;
        return compareKept();
      }
      const handle = Object.hasOwn(kinds, content?.type) ? kinds[content.type] : undefined;
      if (!header) return undefined;
      if (isEnded || !handle) return problem(here(), 'This line does not belong into an export.');
      return handle(content);
    },

    end: () => {
      const isWhole = header?.of === 'log';
      if (header && !isEnded) problem('end', 'The file ends in the middle: its last line is missing.');
      if (isWhole && header.size !== tree.size())
        problem('end', `The export says ${entries(header.size)}, ${entries(tree.size())} are in it.`);
      if (isWhole && tree.size() > 0 && last?.size !== tree.size()) {
        const over = tree.size() - (last?.size ?? 0);
        problem(
          'end',
          over > 0
            ? `The last ${entries(over)} are under no checkpoint.`
            : `${named(last)} goes further than the log: ${entries(-over)} were cut off.`,
        );
      }
      if (isWhole && consistencies !== Math.max(0, checkpoints - 1))
        problem('end', 'Between some checkpoints the proof is missing that one grew out of the other.');
      if (header?.of === 'entry' && proved === 0)
        problem('end', 'There is no proof in this file that the entry is in the log.');
      if (header && keys.length > 0 && !isTrustBegun && checkpoints > 0)
        problem('end', 'No checkpoint is signed by the key that was given.');
      for (const one of kept) {
        if (!header) break;
        if (one.log !== header.log)
          problem(one.name, `This checkpoint is of another log, ${one.log}. This log is ${header.log}.`);
        const signed = one.signatures.filter(({id, name}) => known.get(id)?.name === name);
        if (signed.length === 0)
          problem(
            one.name,
            `Its key is none of this export: the log's key was replaced without being handed over, or it is another log's.`,
          );
        else if (!signed.every(signature => isGood(one, signature, known.get(signature.id))))
          problem(one.name, 'Its signature is not valid: this is not what was signed.');
      }
      for (const one of outstanding) {
        if (isWhole)
          problem(
            one.name,
            `It was made of ${entries(one.size)}, this log ends after ${entries(tree.size())}: the rest was cut off.`,
          );
        else if (roots.get(one.size)?.equals(one.root) !== true)
          notes.push(`${one.name}: one entry alone cannot be compared with it; the whole export can.`);
      }
      if (rewritten > 1) notes.push(`So differ ${rewritten - 1} later ones that were kept elsewhere.`);
      if (differing > 1) notes.push(`${differing - 1} later checkpoints differ, too, as they must.`);
      if (keys.length === 0)
        notes.push(
          'The signatures were checked with the key in this file. Give --key with one you were told another way.',
        );
      if (kept.length === 0)
        notes.push(
          'Whether its owner wrote the whole log anew and signed it again, only a checkpoint kept outside can tell: give it with --checkpoint.',
        );
      return {
        ok: problemCount === 0,
        problems,
        problemCount,
        notes,
        log: header?.log ?? null,
        of: header?.of ?? null,
        entries: tree.size(),
        checkpoints,
        compared: kept.length,
        last: last ? {size: last.size, rootHash: last.root.toString('hex'), at: last.at} : null,
      };
    },
  };
};

export const verifyLines = async (lines, options) => {
  const verifier = createVerifier(options);
  for await (const line of lines) verifier.line(line);
  return verifier.end();
};

// ---- receipts of retention runs ----

/** JSON in one form only: keys in order, no spaces. */
const canonicalJson = value => {
  if (Array.isArray(value)) return `[${value.map(one => canonicalJson(one ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value)
    .filter(name => value[name] !== undefined)
    .sort();
  return `{${names.map(name => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join(',')}}`;
};

const isSignedBy = (kind, {document, signature, publicKey}) => {
  const raw = Buffer.from(publicKey ?? '', 'base64');
  if (raw.length !== 32 || typeof signature !== 'string') return false;
  const key = createPublicKey({key: Buffer.concat([spki, raw]), format: 'der', type: 'spki'});
  const bytes = Buffer.from(`crowlit/${kind}/v1\n${canonicalJson(document)}`);
  return verify(null, bytes, key, Buffer.from(signature, 'base64'));
};

const things = {
  conversations: 'conversations',
  leads: 'leads',
  usage: 'usage details',
  mail: 'letters',
  restricted: 'persons whose restriction had ended',
};
const groupName = ({category, siteId}) =>
  `${things[category] ?? category}${siteId ? ` of the website ${siteId}` : ''}`;
const groupKey = ({category, siteId}) => `${category} ${siteId}`;
const isGroup = group =>
  typeof group?.category === 'string' && Number.isInteger(group.count) && isHash(group.rootHash);
const isReceipt = ({document}) =>
  Array.isArray(document?.removed) &&
  document.removed.every(isGroup) &&
  Number.isInteger(document.tree?.size) &&
  isHash(document.tree.rootHash);

/** Takes the lines of a receipt, one by one. `id`: of a conversation, a lead or a visitor that should be in it. */
export const createReceiptVerifier = ({keys = [], id} = {}) => {
  const problems = [];
  const all = growingTree();
  const groups = new Map();
  let receipt;
  let found;
  let lineNumber = 0;
  let isEnded = false;
  const problem = (where, what) => problems.push({where, what});
  const here = () => `line ${numbers.format(lineNumber)}`;
  const wanted = group =>
    id === undefined || !receipt
      ? undefined
      : leafHash(JSON.stringify([1, receipt.document.run, group.category, group.siteId, id])).toString('hex');

  const onHeader = ({format, version, kind, signed}) => {
    if (
      format !== 'crowlit-receipt' ||
      version !== 1 ||
      kind !== 'retention' ||
      !signed ||
      !isReceipt(signed)
    )
      return problem(here(), 'This is not a receipt that this version can read.');
    receipt = signed;
    if (!isSignedBy('retention-receipt', signed))
      problem(here(), 'The signature is not valid: what is said of the run, or the signature, was changed.');
    const raw = Buffer.from(signed.publicKey ?? '', 'base64');
    const isKnown = keys.some(({text}) =>
      Buffer.from(text.split('+').slice(2).join('+'), 'base64').subarray(1).equals(raw),
    );
    if (keys.length > 0 && !isKnown) problem(here(), 'It is not signed by the key that was given.');
    return undefined;
  };

  const onLeaves = ({category, siteId, hashes}) => {
    if (!Array.isArray(hashes) || !hashes.every(isHash)) return problem(here(), 'This line cannot be read.');
    const group = {category, siteId};
    const tree = groups.get(groupKey(group)) ?? growingTree();
    groups.set(groupKey(group), tree);
    const leaf = wanted(group);
    if (leaf !== undefined && hashes.includes(leaf)) found = group;
    for (const hash of hashes) {
      tree.append(Buffer.from(hash, 'hex'));
      all.append(Buffer.from(hash, 'hex'));
    }
    return undefined;
  };

  const kinds = {header: onHeader, leaves: onLeaves, end: () => void (isEnded = true)};

  /** Group by group: where the file and what is signed differ. */
  const compare = ({removed, tree}) => {
    const before = problems.length;
    for (const group of removed) {
      const own = groups.get(groupKey(group)) ?? growingTree();
      if (own.size() !== group.count)
        problem(
          groupName(group),
          `${numbers.format(group.count)} are signed for, the file has the hashes of ${numbers.format(own.size())}.`,
        );
      else if (own.root().toString('hex') !== group.rootHash)
        problem(
          groupName(group),
          'The hashes do not give the root that is signed: some were changed or moved.',
        );
    }
    const signed = new Set(removed.map(groupKey));
    for (const key of groups.keys())
      if (!signed.has(key)) problem(key, 'These hashes belong to nothing that is signed for.');
    const isWhole = all.size() === tree.size && all.root().toString('hex') === tree.rootHash;
    if (!isWhole && problems.length === before)
      problem('the whole', 'The hashes do not give the root over all that is signed: lines were moved.');
  };

  return {
    line: text => {
      lineNumber += 1;
      let content;
      try {
        content = JSON.parse(text);
      } catch {
        return problem(here(), 'This line cannot be read: the file is damaged or not a receipt.');
      }
      const isFirst = lineNumber === 1;
      const handle = Object.hasOwn(kinds, content?.type) ? kinds[content.type] : undefined;
      if (isEnded || !handle || isFirst !== (content.type === 'header'))
        return problem(here(), 'This line does not belong into a receipt.');
      return handle(content);
    },
    end: () => {
      if (!isEnded) problem('end', 'The file ends in the middle: its last line is missing.');
      if (receipt) compare(receipt.document);
      if (id !== undefined && !found)
        problem(id, 'No hash of this receipt is that of this id: the run did not remove it.');
      return {
        ok: problems.length === 0,
        problems,
        receipt: receipt?.document ?? null,
        found: found ?? null,
        isKeyGiven: keys.length > 0,
      };
    },
  };
};

const describeReceipt = ({ok, problems, receipt, found, isKeyGiven}) => [
  ...(ok
    ? [`The receipt is right: the run of ${receipt.startedAt} removed ${numbers.format(receipt.tree.size)}.`]
    : ['The receipt is refused:', ...problems.map(({where, what}) => `  ${where}: ${what}`)]),
  ...(ok ? receipt.removed.map(group => `  ${numbers.format(group.count)} ${groupName(group)}`) : []),
  ...(ok && found ? [`The id is among the ${groupName(found)}.`] : []),
  ...(isKeyGiven
    ? []
    : [
        'Note: The signature was checked with the key in this file. Give --key with one you were told another way.',
      ]),
];

// ---- the command ----

const usage = `Checks an export of the audit log, or the receipt of a retention run.

  verify FILE [--checkpoint FILE|FOLDER] [--key KEY|FILE] [--id ID]

  --checkpoint  one that was made earlier and kept elsewhere, a folder of them, or lines of a log collector (SIEM) that
                hold some; may be given several times
  --key         the log's public key, as text or as a file that holds it
  --id          of a receipt: a conversation, a lead or a visitor that the run should have removed

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

const checkpointsAt = path => {
  const isFolder = statSync(path, {throwIfNoEntry: false})?.isDirectory() === true;
  const files = isFolder
    ? readdirSync(path)
        .filter(name => name.endsWith('.checkpoint'))
        .map(name => join(path, name))
    : [path];
  if (files.length === 0) throw new Usage(`There is no checkpoint in ${path}.`);
  return files.flatMap(name =>
    notesIn(read(name)).map((note, at, all) => ({
      name: all.length > 1 ? `${name}, number ${at + 1}` : name,
      note,
    })),
  );
};

const keyFrom = text => {
  const key = readKey(text) ?? readKey(read(text));
  if (!key) throw new Usage(`${text} is not the public key of a log.`);
  return key;
};

const readArguments = words => {
  const options = {files: [], keys: [], earlier: [], id: undefined};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (!['--checkpoint', '--key', '--id'].includes(word)) {
      if (word.startsWith('--')) throw new Usage(`What is meant by ${word}?\n\n${usage}`);
      options.files.push(word);
      continue;
    }
    const value = words[(at += 1)];
    if (value === undefined) throw new Usage(`${word} needs a value.\n\n${usage}`);
    if (word === '--key') options.keys.push(keyFrom(value));
    else if (word === '--id') options.id = value;
    else options.earlier.push(...checkpointsAt(value));
  }
  if (options.files.length !== 1) throw new Usage(usage);
  return options;
};

/** A report as a person reads it. */
export const describe = report => {
  const lines = [];
  if (report.ok) {
    lines.push(
      report.of === 'entry'
        ? 'The entry is in the log, unchanged.'
        : `The log is whole: ${entries(report.entries)}, ${report.checkpoints} checkpoints, ${report.compared} compared from elsewhere.`,
    );
  } else {
    lines.push(`Something is wrong (${numbers.format(report.problemCount)}):`);
    for (const {where, what} of report.problems) lines.push(`  ${where}: ${what}`);
    const untold = report.problemCount - report.problems.length;
    if (untold > 0) lines.push(`  and ${numbers.format(untold)} more.`);
  }
  if (report.last) {
    const {size, rootHash, at} = report.last;
    lines.push(`Last checkpoint: ${entries(size)}, root ${rootHash}${at ? `, ${at}` : ''}`);
  }
  return [...lines, ...report.notes.map(note => `Note: ${note}`)];
};

/** `words`: what stands after the command's name. Resolves with the exit code. */
export const runVerify = async (words, {say, tell}) => {
  try {
    const {files, ...options} = readArguments(words);
    const [file] = files;
    if (statSync(file, {throwIfNoEntry: false})?.isFile() !== true)
      throw new Usage(`There is no file ${file}.`);
    const lines = createInterface({input: createReadStream(file), crlfDelay: Infinity});
    let verifier;
    let isReceiptFile = false;
    for await (const line of lines) {
      if (!verifier) {
        isReceiptFile = line.includes('"format":"crowlit-receipt"');
        verifier = (isReceiptFile ? createReceiptVerifier : createVerifier)(options);
      }
      verifier.line(line);
    }
    const report = (verifier ?? createVerifier(options)).end();
    for (const line of (isReceiptFile ? describeReceipt : describe)(report)) say(line);
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
  process.exitCode = await runVerify(process.argv.slice(2), {
    say: line => process.stdout.write(`${line}\n`),
    tell: line => process.stderr.write(`${line}\n`),
  });
}
