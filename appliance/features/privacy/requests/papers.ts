import {addMilliseconds} from '../../../kit/clock.ts';
import {AppError} from '../../../kit/errors.ts';
import {formatDay} from '../documents/document.ts';
import {renderPdf} from '../documents/pdf.ts';
import {certificateDocument, type SignedCertificate} from './certificate.ts';
import {renderExport, type SubjectExport} from './export.ts';
import type {PersonsData} from './persons-data.ts';
import type {RequestDeps} from './requests.deps.ts';
import type {ExportFormat} from './requests.schema.ts';
import type {RequestRow, RequestStore} from './requests.store.ts';
import type {Visitor} from './verification.ts';

/** A visitor downloads a copy within this time of proving who they are. */
const downloadFor = 24 * 60 * 60_000;

/** What people are handed: the copy of their data, and the certificate of its end. */
export const createPapers = (deps: RequestDeps & {store: RequestStore; data: PersonsData}) => {
  const {storage, clock, store, data} = deps;

  const exportOf = async (row: RequestRow, format: ExportFormat) => {
    const running = await deps.running(storage.db);
    const kind = row.kind === 'portability' ? 'portability' : 'access';
    const personIds = await store.persons(storage.db, row.id);
    const visits: SubjectExport['visits'] = [];
    for (const personId of personIds)
      visits.push({
        id: personId,
        tables: await data.read(storage.db, personId, {provided: kind === 'portability'}),
      });
    const content = await renderExport(
      {
        version: 1,
        kind,
        at: clock.iso(),
        company: running?.company ?? '',
        notice: kind === 'access' ? await deps.notice(row.language) : null,
        visits,
      },
      format,
      row.language,
    );
    return {...content, name: `${kind}-${row.id.slice(-8)}.${format}`, personIds};
  };

  return {
    exportFile: async (id: string, format: ExportFormat, actorId: string) => {
      const row = await store.get(storage.db, id);
      if (row.kind !== 'access' && row.kind !== 'portability')
        throw new AppError('conflict', 'privacy.no_copy', 'This request does not ask for a copy.');
      const file = await exportOf(row, format);
      await storage.transaction(trx =>
        deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.export_downloaded',
          requestId: id,
          detail: {format, persons: file.personIds.length},
        }),
      );
      return file;
    },

    certificateFile: async (id: string, format: 'json' | 'pdf') => {
      const row = await store.get(storage.db, id);
      if (row.certificate === null)
        throw new AppError('not_found', 'privacy.no_certificate', 'There is no certificate yet.');
      const name = `certificate-${id.slice(-8)}.${format}`;
      const signed = JSON.parse(row.certificate) as SignedCertificate;
      if (format === 'json')
        return {name, type: 'application/json', content: `${JSON.stringify(signed, null, 2)}\n`};
      const at = signed.document.liveErasureAt;
      const content = await renderPdf(
        certificateDocument(signed, row.language),
        {number: 1, at, hash: signed.document.ledger.head.hash},
        `${signed.document.company}, ${formatDay(at, row.language)}`,
      );
      return {name, type: 'application/pdf', content};
    },

    exportForVisitor: async (visitor: Visitor, id: string, format: ExportFormat) => {
      const row = await store.find(storage.db, id);
      const since = addMilliseconds(clock.iso(), -downloadFor);
      if (
        !row ||
        row.conversation_id !== visitor.conversationId ||
        (row.kind !== 'access' && row.kind !== 'portability') ||
        row.state !== 'done' ||
        (row.closed_at ?? '') < since
      )
        throw new AppError(
          'not_found',
          'privacy.no_copy',
          'This copy is not there any more. Ask for a new one.',
        );
      const file = await exportOf(row, format);
      await storage.transaction(trx =>
        deps.audit(trx, {
          actor: {kind: 'visitor', id: visitor.visitorId},
          action: 'privacy.export_downloaded',
          requestId: id,
          personId: visitor.visitorId,
          detail: {format, persons: file.personIds.length},
        }),
      );
      return file;
    },
  };
};
export type Papers = ReturnType<typeof createPapers>;
