import type {Checkpoint} from '../checkpoints.ts';

/**
 * Messages as RFC 5424 has them, each with its length in front (RFC 6587, octet counting; RFC 5425 under TLS). The
 * checkpoint stands in the structured data, whole: `verify-audit.mjs` builds the signed note out of the line again.
 */

/** Of RFC 5424: what a sender without an enterprise number of its own may name (RFC 5612). */
const enterprise = 32473;
/** Facility 13, "log audit". */
const facility = 13;
const severity = {notice: 5, informational: 6};
const byteOrderMark = '\uFEFF';

/** Printable ASCII without a space, as the header wants it; `-` where nothing is left. */
const printable = (text: string, longest: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, longest) || '-';
const escaped = (value: string): string => value.replaceAll(/["\\\]]/g, sign => `\\${sign}`);

type Message = {
  level: keyof typeof severity;
  at: string;
  host: string;
  kind: string;
  element: string;
  fields: readonly (readonly [string, string])[];
  text: string;
};
const message = ({level, at, host, kind, element, fields, text}: Message): Buffer => {
  const priority = facility * 8 + severity[level];
  const data = fields.map(([name, value]) => ` ${name}="${escaped(value)}"`).join('');
  const header = `<${priority}>1 ${at} ${printable(host, 255)} crowlit - ${kind}`;
  const body = Buffer.from(`${header} [${element}@${enterprise}${data}] ${byteOrderMark}${text}`);
  return Buffer.concat([Buffer.from(`${body.length} `), body]);
};

/** The lines of a signed note: the log's name, size, root and time; then who signed. */
const partsOf = (note: string) => {
  const [log = '', , root = '', ...more] = note.split('\n');
  return {
    log,
    root,
    time: more.find(line => line.startsWith('time '))?.slice(5) ?? '',
    signatures: [...note.matchAll(/^\u2014 \S+ (\S+)$/gm)].map(([, encoded = '']) => encoded),
  };
};

export const checkpointMessage = (host: string, {size, at, root_hash, key_id, note}: Checkpoint): Buffer => {
  const {log, root, time, signatures} = partsOf(note);
  return message({
    level: 'notice',
    at,
    host,
    kind: 'audit-checkpoint',
    element: 'crowlitCheckpoint',
    fields: [
      ['log', log],
      ['size', String(size)],
      ['root', root],
      ['time', time],
      ['keyId', key_id],
      // two where one key hands over to the next
      ...signatures.map(one => ['signature', one] as const),
    ],
    text: `Checkpoint of the audit log: ${size} entries, root ${root_hash}`,
  });
};

/** One entry's hash and nothing of the entry. */
export const leafMessage = (
  host: string,
  log: string,
  {index, at, leaf_hash: hash}: {index: number; at: string; leaf_hash: string},
): Buffer =>
  message({
    level: 'informational',
    at,
    host,
    kind: 'audit-leaf',
    element: 'crowlitLeaf',
    fields: [
      ['log', log],
      ['index', String(index)],
      ['hash', hash],
    ],
    text: `Entry ${index} of the audit log`,
  });
