import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {ExecutionContext} from 'ava';
import type {Page} from 'playwright-core';
import type {Started} from './start.ts';

/** The customer's own website, which is not the appliance: another site, another origin, its own rules. */
export const startWebsite = async (
  t: Pick<ExecutionContext, 'teardown'>,
  appliance: Started,
  options: {
    /** Put on the site's list of addresses that may show the chat. */
    listed?: boolean;
    /** The page's own content security policy, given where the chat comes from. */
    policy?: (chat: string) => string;
    lang?: string;
    /** `neighbour`: as www.example.com is to chat.example.com; `stranger`: to a browser, another site altogether. */
    kind?: 'neighbour' | 'stranger';
  } = {},
) => {
  const admin = await appliance.administrator();
  const siteId = await appliance.siteId();
  const {sites} = await admin.call<{sites: {id: string; snippet: string}[]}>('GET', '/api/admin/sites');
  const snippet = sites.find(({id}) => id === siteId)?.snippet ?? '';
  const server = createServer((request, response) => {
    if (!['/', '/prices'].includes(request.url?.split('?')[0] ?? ''))
      return void response.writeHead(404).end();
    const policy = options.policy?.(appliance.base);
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(policy === undefined ? {} : {'content-security-policy': policy}),
    });
    return response.end(`<!doctype html><html lang="${options.lang ?? 'en'}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>A shop</title><link rel="icon" href="data:,">
<h1>A shop</h1><p><a href="/prices">Prices</a></p>${snippet}</html>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const host = options.kind === 'neighbour' ? '127.0.0.1' : 'localhost';
  const base = `http://${host}:${(server.address() as AddressInfo).port}`;
  if (options.listed !== false) await admin.call('PATCH', `/api/admin/sites/${siteId}`, {origins: [base]});
  return {base, siteId, snippet};
};

/** The chat as a visitor meets it on a page. */
export const chatOn = (page: Page) => {
  const launcher = page.locator('crowlit-chat > button');
  const frame = page.frameLocator('crowlit-chat iframe');
  const field = frame.getByRole('textbox');
  return {
    launcher,
    frame,
    field,
    log: frame.getByRole('log'),
    open: async () => {
      await launcher.click();
      await frame.locator('.m.ai').first().waitFor();
    },
    /** Typed and sent as a person does. */
    say: async (text: string) => {
      await field.fill(text);
      await field.press('Enter');
    },
    /** What stands on the screen, message by message. */
    lines: () => frame.locator('[role=log] .mb').allInnerTexts(),
  };
};
