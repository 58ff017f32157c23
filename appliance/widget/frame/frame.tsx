/** The page in the widget's frame: reads its settings, and waits for the visitor to open it. */
import {render} from 'preact';
import type {WidgetSettings} from '../../features/sites/sites.schema.ts';
import {chooseLanguage, fill, texts} from '../texts/texts.ts';
import {App} from './app.tsx';
import {createBridge} from './bridge.ts';
import {createChat} from './chat.ts';
import {createDeviceStore} from './device-store.ts';
import {createSessions} from './session.ts';

const settings = JSON.parse(document.getElementById('crowlit')?.textContent ?? '{}') as WidgetSettings;
const query = new URLSearchParams(location.search);
const {locale, tag} = chooseLanguage(
  [query.get('lang'), ...navigator.languages],
  settings.languages,
  settings.defaultLanguage,
);
const t = texts[locale];
document.documentElement.lang = locale;
document.title = fill(t.title, {company: settings.company});

/** Merely naming it throws where a browser forbids storage in frames. */
const storage = (name: 'localStorage' | 'sessionStorage'): Storage | null => {
  try {
    return window[name];
  } catch {
    return null;
  }
};
const newClientId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');

let page = '';
let open = false;
let opened = {times: 0, modal: false};

const store = createDeviceStore({
  local: storage('localStorage'),
  tab: storage('sessionStorage'),
  siteId: settings.siteId,
  now: Date.now,
});
const chat = createChat({
  store,
  openSession: createSessions({
    store,
    body: () => ({siteId: settings.siteId, locale: tag, page}),
    locks: navigator.locks ?? null,
  }),
  socketUrl: `${location.origin.replace(/^http/, 'ws')}/api/visitor/socket`,
  personFree: settings.personFree,
  newClientId,
  now: Date.now,
});
const bridge = createBridge(message => {
  if (message.crowlit === 'open') {
    page = message.page;
    begin(message.modal);
  } else {
    open = false;
    draw();
  }
});
const draw = () =>
  render(
    <App
      settings={settings}
      t={t}
      lang={tag}
      chat={chat}
      store={store}
      bridge={bridge}
      visible={open && document.visibilityState === 'visible'}
      opened={opened}
    />,
    document.getElementById('app') as HTMLElement,
  );
const begin = (modal: boolean) => {
  const first = opened.times === 0;
  open = true;
  opened = {times: opened.times + 1, modal};
  draw();
  if (first) void chat.start();
};

addEventListener('online', chat.wake);
// The line may be dead without having said so: asking shows it in seconds.
addEventListener('offline', chat.wake);
addEventListener('pageshow', chat.wake);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') chat.wake();
  draw();
});
draw();
// Its own page, without a website around it: whoever came here has opened it.
if (window.parent === window) begin(false);
bridge.tell({crowlit: 'ready'});
