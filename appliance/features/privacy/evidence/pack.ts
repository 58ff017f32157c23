import {createHash} from 'node:crypto';
import type {Clock} from '../../../kit/clock.ts';
import type {Storage, Transaction} from '../../../storage/index.ts';
import {renderPdf} from '../documents/pdf.ts';
import {hashOf} from '../documents/document.ts';
import type {Versions} from '../versions.service.ts';
import {disclaimer, evidenceDocument} from './document.ts';
import type {EvidenceService} from './evidence.service.ts';
import {readme} from './readme.ts';

type File = {name: string; content: Buffer};
type Signed = {document: unknown; signature: string; keyId: string; publicKey: string};
export type Pack = {name: string; content: Buffer};

export type PackDeps = {
  storage: Storage;
  clock: Clock;
  evidence: Pick<EvidenceService, 'view'>;
  versions: Versions;
  appliance: () => {version: string; host: string};
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
  signed: (trx: Transaction, kind: string, document: unknown) => Promise<Signed>;
  /** The log as it is, signed; undefined while there is nothing in it. */
  checkpoint: () => Promise<{note: string} | undefined>;
  publicKeys: () => Promise<string[]>;
  /** The stand-alone programs that verify what is in the pack, by name. */
  programs: () => Promise<File[]>;
  archive: {write: (files: readonly File[], at: string) => Buffer; manifest: (signed: Signed) => string};
};

const text = (name: string, content: string): File => ({name, content: Buffer.from(content)});
const json = (name: string, content: unknown): File => text(name, `${JSON.stringify(content, null, 2)}\n`);

/** Everything an auditor takes away, in one signed archive that says what was seen and certifies nothing. */
export const createPack =
  (deps: PackDeps) =>
  async (actorId: string | null): Promise<Pack> => {
    const {storage, clock, versions} = deps;
    const [view, running] = await Promise.all([deps.evidence.view(), versions.running()]);
    const {company, region} = running;
    const appliance = {company, region, ...deps.appliance()};
    const madeAt = clock.iso();
    const document = evidenceDocument(view, appliance);
    const hash = hashOf({en: document});
    const documents: File[] = [];
    for (const series of ['record', 'register', 'assessment', 'notice'] as const)
      documents.push({name: `documents/${series}.pdf`, content: await versions.pdf(series, 'en')});
    // the act is in the log before it is signed, so that the checkpoint covers it
    await storage.transaction(trx => deps.audit(trx, {actorId, action: 'evidence.exported', detail: {hash}}));
    const checkpoint = await deps.checkpoint();
    const {progress: _progress, ...seen} = view;
    const files: File[] = [
      text('README.txt', readme(appliance, madeAt)),
      json('evidence.json', {format: 'crowlit-evidence', version: 1, disclaimer, madeAt, appliance, ...seen}),
      {name: 'evidence.pdf', content: await renderPdf(document, {number: 1, at: madeAt, hash})},
      ...documents,
      text('audit/checkpoint.txt', checkpoint?.note ?? 'The audit log has no entry yet.\n'),
      text('audit/public-keys.txt', `${(await deps.publicKeys()).join('\n')}\n`),
      ...(await deps.programs()),
    ];
    const manifest = {
      format: 'crowlit-evidence-pack',
      version: 1,
      madeAt,
      appliance,
      files: files
        .map(({name, content}) => ({
          name,
          bytes: content.length,
          sha256: createHash('sha256').update(content).digest('hex'),
        }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    };
    const signed = await storage.transaction(trx => deps.signed(trx, 'evidence-pack', manifest));
    return {
      name: `evidence-${madeAt.slice(0, 16).replaceAll(/[-:]/g, '')}.zip`,
      content: deps.archive.write([...files, text('manifest.json', deps.archive.manifest(signed))], madeAt),
    };
  };
