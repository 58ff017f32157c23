import {createServer as createHttp} from 'node:http';
import {mkdtemp, readFile, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {type WebSocket as Socket, WebSocketServer} from 'ws';
import type {VisitorFrame} from '../../appliance/features/conversations/protocol.ts';
import {framePolicy, renderDemo, renderFrame} from '../../appliance/features/sites/widget-frame.ts';
import {type Chat, createChat} from '../../appliance/widget/frame/chat.ts';
import {backOff} from '../../appliance/widget/frame/connection.ts';
import type {Conversation} from '../../appliance/widget/frame/conversation-state.ts';
import {createDeviceStore} from '../../appliance/widget/frame/device-store.ts';
import {createSessions} from '../../appliance/widget/frame/session.ts';
import {chooseLanguage, texts} from '../../appliance/widget/texts/texts.ts';
import {buildWidget} from '../../packaging/build-widget.ts';

const memory = (): Storage => {
  const held: Record<string, string> = {};
  const methods = {
    getItem: (key: string) => held[key] ?? null,
    setItem: (key: string, value: string) => void (held[key] = value),
    removeItem: (key: string) => void delete held[key],
  };
  // As a browser's: the keys are its own enumerable properties.
  return new Proxy(held, {
    get: (_, key) => methods[key as keyof typeof methods],
  }) as unknown as Storage;
};

/** A server that stores, acknowledges and replays, and can be cut off before or after it stored. */
const startServer = async (t: ExecutionContext) => {
  const stored: {clientId: string; text: string}[] = [];
  const sockets = new Set<Socket>();
  const good = new Set<string>();
  let sessions = 0;
  /** `before`: the next message is lost. `after`: it is stored, and the ack is lost. `full`: no message is taken. */
  const cut = {next: [] as ('before' | 'after')[], full: false};
  const http = createHttp((_, response) => {
    const token = `t${++sessions}`;
    good.add(token);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({token, conversationId: `c${sessions}`, visitorId: 'v'}));
  });
  const wss = new WebSocketServer({server: http});
  wss.on('connection', socket => {
    const send = (frame: object) => socket.send(JSON.stringify(frame));
    const at = '2026-01-01T10:00:00.000Z';
    const asFrame = ({clientId, text}: {clientId: string; text: string}, index: number) => ({
      type: 'message',
      clientId,
      message: {
        id: clientId,
        seq: index + 1,
        author: {kind: 'visitor', name: null},
        text,
        event: null,
        quickReplies: [],
        source: null,
        at,
      },
    });
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', data => {
      const frame = JSON.parse((data as Buffer).toString()) as VisitorFrame;
      if (frame.type === 'hello') {
        if (!good.has(frame.token)) return socket.close(4401);
        send({
          type: 'welcome',
          conversationId: frame.token,
          state: 'ai',
          lastSeq: stored.length,
          agent: null,
          personFree: false,
          readByAgent: 0,
        });
        stored.slice(frame.since).forEach((entry, index) => send(asFrame(entry, frame.since + index)));
      }
      // What came with the same packet as the cut is lost with it.
      if (frame.type !== 'message' || socket.readyState !== socket.OPEN) return;
      const how = cut.next.shift();
      if (how === 'before') return socket.terminate();
      if (cut.full)
        return send({type: 'error', code: 'conversations.full', message: '', clientId: frame.clientId});
      let index = stored.findIndex(({clientId}) => clientId === frame.clientId);
      if (index === -1) index = stored.push(frame) - 1;
      if (how === 'after') return socket.terminate();
      send({type: 'ack', clientId: frame.clientId, seq: index + 1, at});
    });
  });
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of wss.clients) socket.terminate();
    http.close();
  });
  const {port} = http.address() as {port: number};
  return {
    stored,
    cut,
    good,
    url: `127.0.0.1:${port}`,
    sessions: () => sessions,
    close: (code: number) => {
      for (const socket of sockets) socket.close(code);
    },
  };
};

const openChat = (url: string, local = memory()) => {
  const store = createDeviceStore({local, tab: null, siteId: 's', now: Date.now});
  let number = 0;
  const chat = createChat({
    store,
    openSession: createSessions({
      store,
      body: () => ({siteId: 's', locale: 'en', page: '', objects: false}),
      locks: null,
      base: `http://${url}`,
    }),
    socketUrl: `ws://${url}`,
    personFree: false,
    newClientId: () => `c${++number}-${Math.random().toString(36).slice(2)}`,
    objects: false,
    now: Date.now,
  });
  return {chat, store};
};
const until = (chat: Chat, holds: (c: Conversation) => boolean) =>
  new Promise<void>(resolve => {
    const look = () => {
      // The back-off is measured elsewhere: here the network is back at once.
      if (chat.get().phase === 'offline') chat.wake();
      if (!holds(chat.get())) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = chat.subscribe(look);
    look();
  });
const textsOf = (chat: Chat) => chat.get().messages.map(({text}) => text);

test('a line that breaks before or after storing loses and doubles nothing', async t => {
  const server = await startServer(t);
  const {chat, store} = openChat(server.url);
  t.teardown(chat.stop);
  const said = ['One', 'Two', 'Three', 'Four', 'Five'];
  server.cut.next = ['before', 'after', 'before', 'after', 'after'];
  await chat.start();
  for (const text of said) chat.say(text);
  await until(chat, c => c.messages.length === said.length && c.outgoing.length === 0);
  t.deepEqual(textsOf(chat), said);
  t.deepEqual(
    server.stored.map(({text}) => text),
    said,
  );
  t.deepEqual(store.outgoing(), [], 'nothing is kept on the device once it is acknowledged');
});

test('what was said without a server is kept over a reload and said once', async t => {
  const server = await startServer(t);
  const local = memory();
  const before = openChat('127.0.0.1:1', local);
  await before.chat.start();
  before.chat.say('Kept');
  before.chat.stop();
  t.is(before.chat.get().phase, 'offline');

  const {chat} = openChat(server.url, local);
  t.teardown(chat.stop);
  await chat.start();
  await until(chat, c => c.messages.length === 1 && c.outgoing.length === 0);
  t.deepEqual(textsOf(chat), ['Kept']);
});

test('a token that is no longer good is replaced once; what was not said yet goes into the new conversation', async t => {
  const server = await startServer(t);
  const {chat, store} = openChat(server.url);
  t.teardown(chat.stop);
  await chat.start();
  await until(chat, c => c.phase === 'online');
  chat.say('Old');
  await until(chat, c => c.messages.length === 1);
  server.good.clear();
  server.stored.length = 0;
  server.close(4401);
  await until(chat, c => c.phase === 'online' && c.messages.length === 0);
  chat.say('New');
  await until(chat, c => c.messages.length === 1);
  t.deepEqual(textsOf(chat), ['New']);
  t.is(server.sessions(), 2);
  t.is(store.session()?.token, 't2');
});

test('what a full conversation did not take is said in a new one', async t => {
  const server = await startServer(t);
  const {chat, store} = openChat(server.url);
  t.teardown(chat.stop);
  await chat.start();
  chat.say('Old');
  await until(chat, c => c.messages.length === 1);
  server.cut.full = true;
  chat.say('New');
  await until(chat, c => c.outgoing.some(({failed}) => failed === 'conversations.full'));
  server.cut.full = false;
  server.stored.length = 0;
  await chat.startAnew();
  await until(chat, c => c.outgoing.length === 0 && c.messages.length === 1);
  t.deepEqual(textsOf(chat), ['New']);
  t.is(store.session()?.token, 't2');
});

test('a site that is not on the list is not asked again and again', async t => {
  const server = await startServer(t);
  const {chat} = openChat(server.url);
  t.teardown(chat.stop);
  await chat.start();
  await until(chat, c => c.phase === 'online');
  server.close(4403);
  await until(chat, c => c.phase === 'refused');
  t.pass();
});

test('the back-off doubles from half a second to fifteen, and never all at once', t => {
  t.deepEqual(
    [0, 1, 4, 5, 20].map(attempt => backOff(attempt, 1)),
    [500, 1000, 8000, 15_000, 15_000],
  );
  t.deepEqual(
    [0, 5].map(attempt => backOff(attempt, 0)),
    [250, 7500],
  );
});

test('a device that forbids storage, or holds rubbish, does no harm', t => {
  const forbidden = new Proxy({} as Storage, {
    get: () => {
      throw new Error('denied');
    },
    ownKeys: () => {
      throw new Error('denied');
    },
  });
  const item = {clientId: 'c', kind: 'human' as const, text: '', at: '2026-01-01T10:00:00.000Z'};
  for (const local of [null, forbidden]) {
    const store = createDeviceStore({local, tab: local, siteId: 's', now: Date.now});
    store.keepSession({token: 't', conversationId: 'c'});
    store.keepOutgoing(item);
    t.is(store.session(), null);
    t.deepEqual(store.outgoing(), []);
  }
  const local = memory();
  local.setItem('crowlit:s:session', '{oops');
  const at = (minutes: number) =>
    createDeviceStore({local, tab: null, siteId: 's', now: () => Date.parse(item.at) + minutes * 60_000});
  t.is(at(0).session(), null);
  at(0).keepOutgoing(item);
  t.is(at(9).outgoing().length, 1);
  t.is(at(11).outgoing().length, 0, 'a person asked for long ago is not called now');
});

const settings = {
  siteId: '0190aaaa-0000-7000-8000-000000000001',
  company: '</script><script>alert(1)</script>',
  siteName: 'Business "accounts"',
  languages: ['en', 'de'] as ('en' | 'de')[],
  defaultLanguage: 'en' as const,
  region: 'EU',
  privacyContact: 'privacy@example.com',
  personFree: true,
};

test('the frame is safe whatever the settings say', t => {
  const manifest = {script: 'assets/f.js', style: 'assets/f.css', demoStyle: 'assets/d.css'};
  const html = renderFrame({manifest, settings, nonce: 'n0nce'});
  t.false(html.includes('<script>alert'));
  const json = /id="crowlit">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  t.deepEqual(JSON.parse(json), settings);
  t.true(html.includes('nonce="n0nce" src="/widget/assets/f.js"'));
  const policy = framePolicy({origins: ['https://www.example.com'], nonce: 'n0nce'});
  t.regex(policy, /frame-ancestors 'self' https:\/\/www\.example\.com$/);
  t.false(policy.includes('unsafe'));
  const template = '<title>{{company}}</title><script data-site="{{siteId}}"></script>{{style}}';
  t.is(
    renderDemo({template, manifest, siteId: 's$&', company: 'A & <B>'}),
    '<title>A &amp; &lt;B&gt;</title><script data-site="s$&amp;"></script>/widget/assets/d.css',
  );
});

test("the language is the page's or the visitor's if the site offers it, else the site's own", t => {
  const choose = (...wishes: (string | null)[]) => chooseLanguage(wishes, ['en', 'de'], 'en');
  t.deepEqual(choose('de-AT', 'en'), {locale: 'de', tag: 'de-AT'});
  t.deepEqual(choose(null, 'fr', 'DE'), {locale: 'de', tag: 'DE'});
  t.deepEqual(choose('fr', 'xx'), {locale: 'en', tag: 'en'});
  for (const [language, words] of Object.entries(texts))
    for (const [key, text] of Object.entries(words)) {
      const holes = (value: string) => (value.match(/\{\w+\}/g) ?? []).sort();
      t.deepEqual(holes(text), holes(texts.en[key as keyof typeof texts.en]), `${language}.${key}`);
    }
});

test('the widget stays light: the loader under 2 KB, the chat under 30 KB, brotli', async t => {
  const outDir = await mkdtemp(join(tmpdir(), 'widget-'));
  const {script, style} = await buildWidget({outDir});
  const size = async (name: string) => (await stat(join(outDir, `${name}.br`))).size;
  t.true((await size('widget.js')) < 2048, `loader: ${await size('widget.js')} bytes`);
  t.true((await size('widget.js')) + (await size(script)) + (await size(style)) < 30 * 1024);
  // Whatever the page around it may see, it finds no way to ask, and none to store but one word for one tab.
  const loader = await readFile(join(outDir, 'widget.js'), 'utf8');
  t.is(loader.match(/sessionStorage/g)?.length, 2, 'written once, read once');
  t.notRegex(loader, /localStorage|indexedDB|cookie|fetch\(|XMLHttp|sendBeacon|innerHTML/);
});
