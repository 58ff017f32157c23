import {z} from 'zod';
import {route, type Route, userOf} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import type {TableDeclaration} from '../../storage/index.ts';
import {dataMap} from './data-map.ts';
import type {Destination} from './destinations.store.ts';
import {recordOf} from './documents/record.ts';
import {unusedPurposes} from './documents/register.ts';
import {
  basisWords,
  categoryWords,
  egressWords,
  erasureWords,
  keptWords,
  purposeWords,
} from './documents/terms.ts';
import * as schema from './documents.schema.ts';
import type {PrivacyContact} from './running.ts';
import type {Series, Versions} from './versions.service.ts';

const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;
const retentionClasses = ['conversations', 'leads', 'usage', 'audit', 'with_subject', 'account'] as const;

export const documentRoutes = (deps: {
  versions: Versions;
  destinations: {list: () => Promise<Destination[]>; lastUse: () => Promise<Map<string, string>>};
  tables: readonly TableDeclaration[];
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  setContact: (contact: PrivacyContact, actorId: string) => Promise<void>;
}): Route[] => {
  const {versions, destinations} = deps;

  /** What a file holds beside its version, read from what runs now. */
  const content = async (series: Series, language: Locale): Promise<Record<string, unknown>> => {
    const running = await versions.running();
    if (series === 'record') return recordOf(running);
    if (series === 'register')
      return {recipients: recordOf(running).recipients, unused: unusedPurposes(running)};
    return {document: (await versions.get(series, language)).document};
  };
  const name = (series: Series, language: Locale, number: number, type: string) =>
    `${series}-${number}${series === 'notice' ? `-${language}` : ''}.${type}`;

  return [
    route({
      method: 'get',
      path: '/api/admin/data-map',
      summary: 'Every column: category, purposes, legal basis, recipients, retention, and how it is erased.',
      access: evidence,
      ...schema.getDataMap,
      handle: async () => {
        const {recipients, retention} = await versions.running();
        return {
          columns: dataMap(deps.tables, recipients),
          words: {
            categories: categoryWords,
            purposes: purposeWords,
            bases: basisWords,
            retention: Object.fromEntries(retentionClasses.map(one => [one, keptWords(one, retention)])),
            erasures: erasureWords,
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/register',
      summary: 'Every third party that the configuration really uses, and when the last byte left for it.',
      access: evidence,
      ...schema.getRegister,
      handle: async ({caller}) => {
        const [running, {version}, all, lastUse] = await Promise.all([
          versions.running(),
          versions.get('register', 'en'),
          destinations.list(),
          destinations.lastUse(),
        ]);
        // who declared is a person: an auditor reads the id that the audit log names them by
        const names =
          userOf(caller).role === 'auditor' ? null : await deps.userNames(all.map(one => one.declaredBy));
        const told = recordOf(running).recipients;
        return {
          version,
          recipients: running.recipients.flatMap(({destinationId}, at) => {
            const one = told[at];
            const declared = all.find(({id}) => id === destinationId);
            if (!one || !declared) return [];
            const {declaredBy, declaredAt} = declared;
            return [
              {
                ...one,
                declaredBy: names === null ? declaredBy : (names.get(declaredBy) ?? 'a former user'),
                declaredAt,
                lastByteAt: lastUse.get(destinationId) ?? null,
              },
            ];
          }),
          unused: unusedPurposes(running).map(purpose => ({purpose, label: egressWords[purpose]})),
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/privacy-contact',
      summary: 'Whom people ask about their data, as the widget and the notice show it.',
      access: evidence,
      ...schema.getPrivacyContact,
      handle: async () => ({contact: (await versions.running()).contact}),
    }),
    route({
      method: 'put',
      path: '/api/admin/privacy-contact',
      summary: 'Change whom people ask about their data: at once a new version of the notice.',
      access: ['administrator', 'privacy_officer'],
      ...schema.putPrivacyContact,
      handle: async ({body, caller}) => {
        await deps.setContact(body, userOf(caller).userId);
        return {contact: (await versions.running()).contact};
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/documents/{series}/versions',
      summary: 'The versions of a document, newest first.',
      access: evidence,
      ...schema.listVersions,
      handle: async ({params}) => ({versions: await versions.list(params.series)}),
    }),
    route({
      method: 'get',
      path: '/api/admin/documents/{series}',
      summary: 'A document, the version in force unless another is named, and what changed in it.',
      access: evidence,
      ...schema.getDocument,
      handle: async ({params: {series}, query: {language, version: number}}) => {
        const {version, document} = await versions.get(series, language, number);
        return {version, document, changes: await versions.changes(series, language, version.number)};
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/documents/{series}/difference',
      summary: 'What one version says that another did not.',
      access: evidence,
      ...schema.getDifference,
      handle: async ({params: {series}, query: {language, version, against}}) => ({
        changes: await versions.changes(series, language, version, against),
      }),
    }),
    route({
      method: 'get',
      path: '/api/admin/documents/{series}/pdf',
      summary: 'A document as PDF; the same version is the same bytes.',
      access: evidence,
      ...schema.download,
      handle: async ({params: {series}, query: {language, version}}) => {
        const {number} = (await versions.get(series, language, version)).version;
        return {
          file: {
            name: name(series, language, number, 'pdf'),
            type: 'application/pdf',
            content: await versions.pdf(series, language, number),
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/documents/{series}/json',
      summary: 'A document as JSON, in force now; its JSON Schema stands beside it.',
      access: evidence,
      ...schema.downloadJson,
      handle: async ({params: {series}, query: {language}}) => {
        const {version} = await versions.get(series, language);
        const file = {series, version, ...(await content(series, language))};
        return {
          file: {
            name: name(series, language, version.number, 'json'),
            type: 'application/json',
            content: `${JSON.stringify(schema.files[series].parse(file), null, 2)}\n`,
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/documents/{series}/schema',
      summary: 'The JSON Schema of a document’s JSON.',
      access: evidence,
      ...schema.downloadSchema,
      handle: async ({params: {series}}) => ({
        file: {
          name: `${series}.schema.json`,
          type: 'application/schema+json',
          content: `${JSON.stringify(z.toJSONSchema(schema.files[series]), null, 2)}\n`,
        },
      }),
    }),
  ];
};
