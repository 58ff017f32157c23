/** The page in the widget's frame: reads its settings, and waits for the visitor to open it. */
import {render} from 'preact';
import type {WidgetSettings} from '../../features/sites/sites.schema.ts';
import {chooseLanguage, fill, texts} from '../texts/texts.ts';
import {App} from './app.tsx';
import {createBridge} from './bridge.ts';
import {createChat} from './chat.ts';
import {createDeviceStore} from './device-store.ts';
import {createSessions} from './session.ts';
import {browserObjects, createUsage} from './usage.ts';

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
let started = false;
/** A person opened it on this page: only then may a new conversation begin. */
let asked = false;
let opened = {modal: false, focus: false};

const store = createDeviceStore({
  local: storage('localStorage'),
  tab: storage('sessionStorage'),
  siteId: settings.siteId,
  now: Date.now,
});
const objects = browserObjects();
const openSession = createSessions({
  store,
  body: () => ({siteId: settings.siteId, locale: tag, page, objects}),
  locks: navigator.locks ?? null,
});
const chat = createChat({
  store,
  openSession: bad => {
    // What this tab would go on with has ended or was erased.
    if (bad !== null && !asked) bridge.tell({crowlit: 'lost'});
    return bad === null || asked ? openSession(bad) : Promise.resolve('refused');
  },
  socketUrl: `${location.origin.replace(/^http/, 'ws')}/api/visitor/socket`,
  personFree: settings.personFree,
  newClientId,
  objects,
  now: Date.now,
});
const usage = createUsage({
  token: chat.token,
  language: locale,
  page: () => page,
  onAnswered: chat.measured,
});
const bridge = createBridge(message => {
  asked ||= message.asked;
  // A browser that keeps nothing has nothing to go on with.
  if (!asked && !store.session()) return bridge.tell({crowlit: 'lost'});
  page = message.page;
  open = message.crowlit === 'open';
  if (open) opened = {modal: message.modal, focus: message.asked};
  begin();
});
const visible = () => open && document.visibilityState === 'visible';
const draw = () => {
  if (started) chat.at(page, visible());
  render(
    <App
      settings={settings}
      t={t}
      lang={tag}
      chat={chat}
      usage={usage}
      store={store}
      bridge={bridge}
      visible={visible()}
      opened={opened}
    />,
    document.getElementById('app') as HTMLElement,
  );
};
const begin = () => {
  if (!started) void chat.start();
  started = true;
  draw();
};

const wake = () => started && chat.wake();
addEventListener('online', wake);
// The line may be dead without having said so: asking shows it in seconds.
addEventListener('offline', wake);
addEventListener('pageshow', wake);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') wake();
  draw();
});
draw();
// Its own page, without a website around it: whoever came here has opened it.
if (window.parent === window) {
  asked = open = true;
  opened = {modal: false, focus: true};
  begin();
}
bridge.tell({crowlit: 'ready'});
