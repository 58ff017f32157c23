import {pipeline, Readable} from 'node:stream';
import {stringify} from 'csv-stringify';
import type {Clock} from '../../../kit/clock.ts';
import {route, type Route, userOf} from '../../../kit/route.ts';
import * as schema from './consent.schema.ts';
import type {Consents} from './consent.service.ts';

const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;
const officers = ['administrator', 'privacy_officer'] as const;

const columns = ['at', 'person', 'site', 'kind', 'act', 'how', 'language', 'version', 'textHash'] as const;

export const consentRoutes = (deps: {
  consents: Consents;
  clock: Clock;
  listed: (actorId: string, query: object, count: number) => Promise<void>;
  exported: (actorId: string, count: number) => Promise<void>;
}): Route[] => {
  const {consents} = deps;

  const cells = async function* () {
    for await (const line of consents.exported()) yield columns.map(name => line[name] ?? '');
  };
  /** One document, written as it is read. */
  const json = async function* () {
    const head = {format: 'crowlit-consents', version: 1, exportedAt: deps.clock.iso()};
    const texts = await consents.texts();
    yield `${JSON.stringify(head).slice(0, -1)},"texts":${JSON.stringify(texts)},"entries":[`;
    let comma = '\n';
    for await (const line of consents.exported()) {
      yield `${comma}${JSON.stringify(line)}`;
      comma = ',\n';
    }
    yield '\n]}\n';
  };

  return [
    route({
      method: 'get',
      path: '/api/admin/consents/texts',
      summary: 'Each text that people were shown, with its version, and how often they answered how.',
      access: evidence,
      ...schema.listTexts,
      handle: async () => ({
        kinds: schema.consentKind.options.map(kind => ({kind, label: schema.consentKinds[kind]})),
        texts: await consents.texts(),
      }),
    }),
    route({
      method: 'get',
      path: '/api/admin/consents',
      summary: 'What was shown and answered, newest first. The look is written to the audit log.',
      access: officers,
      ...schema.listConsents,
      handle: async ({query, caller}) => {
        const found = await consents.list(query);
        await deps.listed(userOf(caller).userId, query, found.entries.length);
        return found;
      },
    }),
    ...(['csv', 'json'] as const).map(type =>
      route({
        method: 'get',
        path: `/api/admin/consents.${type}`,
        summary: `The ledger for an auditor as ${type.toUpperCase()}, without names and pages. The export is written to the audit log.`,
        access: evidence,
        perMinute: 10,
        handle: async ({caller}) => {
          // before the first byte: what is logged may be more than what arrives, never less
          await deps.exported(userOf(caller).userId, await consents.count());
          if (type === 'json')
            return {
              file: {name: 'consents.json', type: 'application/json', content: Readable.from(json())},
            };
          const content = stringify({header: true, columns: [...columns], bom: true});
          pipeline(Readable.from(cells()), content, () => undefined);
          return {file: {name: 'consents.csv', type: 'text/csv; charset=utf-8', content}};
        },
      }),
    ),
  ];
};
