/** Small documents as programs write them, and as people write them who mean harm. */
import {crc32, deflateRawSync, deflateSync} from 'node:zlib';
import type {Document} from '../../appliance/features/knowledge/knowledge.schema.ts';
import type {Api} from './clients.ts';

type Entry = {name: string; content: Buffer; size?: number};

/** A ZIP archive; `size` is what it says an entry unpacks to. */
export const zip = (entries: readonly Entry[]): Buffer => {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const {name, content, size = content.length} of entries) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, rest, Buffer.from(name)]),
    );
    files.push(file);
    offset += file.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, list, end]);
};

const types =
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>';
const styles =
  '<w:styles><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style></w:styles>';
/** A Word document with this body; its headings have the names that a German Word gives them. */
export const docx = (body: string, more: {size?: number; prolog?: string} = {}): Buffer =>
  zip([
    {name: '[Content_Types].xml', content: Buffer.from(types)},
    {name: 'word/styles.xml', content: Buffer.from(styles)},
    {
      name: 'word/document.xml',
      content: Buffer.from(
        `<?xml version="1.0"?>${more.prolog ?? ''}<w:document><w:body>${body}</w:body></w:document>`,
      ),
      ...(more.size === undefined ? {} : {size: more.size}),
    },
  ]);
export const paragraph = (text: string, style?: string): string =>
  `<w:p>${style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

type Line = {text: string; size: number};
const drawn = (lines: readonly Line[]): string => {
  let top = 780;
  return lines
    .map(({text, size}) => {
      top -= size * 1.4;
      return `BT /F1 ${size} Tf 50 ${top} Td (${text.replaceAll(/[()\\]/g, '\\$&')}) Tj ET`;
    })
    .join('\n');
};

/** One page for each list of lines. `filters` wrap its drawing; `trailer` is added to the file's end. */
export const pdf = (
  pages: readonly (readonly Line[])[],
  more: {trailer?: string; content?: Buffer; filters?: string} = {},
): Buffer => {
  const objects: Buffer[] = [];
  const first = 4;
  const kids = pages.map((_, i) => `${first + i * 2} 0 R`).join(' ');
  objects.push(
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'),
  );
  for (const [i, lines] of pages.entries()) {
    const content = more.content ?? deflateSync(Buffer.from(drawn(lines), 'latin1'));
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${first + i * 2 + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      ),
      Buffer.concat([
        Buffer.from(`<< /Length ${content.length} /Filter ${more.filters ?? '/FlateDecode'} >>\nstream\n`),
        content,
        Buffer.from('\nendstream'),
      ]),
    );
  }
  const parts = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let length = parts[0]?.length ?? 0;
  for (const [i, object] of objects.entries()) {
    const part = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    places.push(length);
    parts.push(part);
    length += part.length;
  }
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map(at => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${more.trailer ?? ''} >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
};
/** Opens only with a password that nobody here knows. */
export const lockedPdf = (): Buffer =>
  pdf([[{text: 'Secret', size: 11}]], {
    trailer: `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${'11'.repeat(32)}> /U <${'22'.repeat(32)}> /P -4 >> /ID [<${'33'.repeat(16)}> <${'33'.repeat(16)}>]`,
  });

type Begun = {uploadId: string; pieceBytes: number; error?: {code: string; message: string}};
type Refusal = {status: number; code: string; message: string};

/** As the page sends it. Answers with what was refused, or undefined. */
export const sendDocument = async (
  base: string,
  admin: Api,
  content: Buffer,
  {title = 'Handbook', fileName = 'handbook.pdf', size = content.length} = {},
): Promise<Refusal | undefined> => {
  const path = '/api/admin/knowledge-uploads';
  const begun = await admin.request<Begun>('POST', path, {title, fileName, size});
  const refusal = (status: number, {error}: Begun): Refusal => ({
    status,
    code: error?.code ?? '',
    message: error?.message ?? '',
  });
  if (begun.status !== 201) return refusal(begun.status, begun.body);
  for (let offset = 0; offset < content.length; offset += begun.body.pieceBytes) {
    const answer = await fetch(`${base}${path}/${begun.body.uploadId}?offset=${offset}`, {
      method: 'PUT',
      headers: {
        cookie: admin.cookie,
        origin: base,
        'x-csrf-token': admin.csrfToken,
        'content-type': 'application/octet-stream',
      },
      body: new Uint8Array(content.subarray(offset, offset + begun.body.pieceBytes)),
    });
    const body = (await answer.json()) as Begun;
    if (answer.status !== 200) return refusal(answer.status, body);
  }
  return undefined;
};

/** Resolves with the list once no document is being read. */
export const documentsRead = async (admin: Api): Promise<Document[]> => {
  for (;;) {
    const {documents} = await admin.call<{documents: Document[]}>('GET', '/api/admin/knowledge');
    if (documents.every(({state}) => state !== 'reading')) return documents;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
};
