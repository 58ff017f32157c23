import type {RequestDetail} from '../../appliance/features/privacy/requests/requests.schema.ts';
import type {Storage} from '../../appliance/storage/index.ts';
import {type Api, withSession} from './clients.ts';
import {tablesOf} from './schema.ts';
import type {Started} from './start.ts';

const path = '/api/admin/privacy-requests';

/** A request as an administrator enters it. */
export const enterRequest = async (admin: Api, request: Record<string, unknown>): Promise<RequestDetail> =>
  (
    await admin.call<{request: RequestDetail}>('POST', path, {
      language: 'en',
      words: 'They called, and named what they had written.',
      ...request,
    })
  ).request;

export const requestOf = async (admin: Api, id: string): Promise<RequestDetail> =>
  (await admin.call<{request: RequestDetail}>('GET', `${path}/${id}`)).request;

/** There is no event for it: asks until it is so. */
export const requestThat = async (
  admin: Api,
  id: string,
  fits: (request: RequestDetail) => boolean,
): Promise<RequestDetail> => {
  for (;;) {
    const request = await requestOf(admin, id);
    if (fits(request)) return request;
  }
};

/** An erasure from the console to its certificate. */
export const eraseByRequest = async (
  admin: Api,
  about: {address: string} | {conversationId: string},
): Promise<RequestDetail> => {
  const {id} = await enterRequest(admin, {kind: 'erasure', ...about});
  await admin.call('POST', `${path}/${id}/execution`);
  return requestThat(admin, id, ({state}) => state === 'done');
};

/** As the widget asks: with the chat's own token. */
export const asVisitor = (appliance: Started, visitor: {token: string}): Api =>
  withSession(appliance.base, {
    cookie: '',
    csrfToken: '',
    user: {id: '', name: '', role: ''},
    visitorToken: visitor.token,
  });

/**
 * Where an id, or other words, stand in the rows of any table, whoever declared it. The audit log's leaves name persons by
 * their ids for ever, or nobody could prove that none is missing.
 */
export const rowsNaming = async (
  storage: Storage,
  text: string,
  {log = false}: {log?: boolean} = {},
): Promise<string[]> => {
  const found: string[] = [];
  for (const table of await tablesOf(storage)) {
    if (table === 'audit_leaves' && !log) continue;
    const rows: Record<string, unknown>[] = await storage.db(table);
    for (const row of rows)
      for (const [column, value] of Object.entries(row))
        if (String(value).includes(text)) found.push(`${table}.${column}`);
  }
  return [...new Set(found)];
};
