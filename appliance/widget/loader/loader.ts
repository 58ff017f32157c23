/**
 * The one line on a website: draws the launcher, and nothing else until a person opens it. No cookie, no storage, no
 * identifier, no request. The chat itself lives in a frame of the appliance's origin, where the page cannot look. Once a
 * person has opened or closed it, this tab remembers that one word, so that the next page shows what this one did.
 */
import {launcherTexts} from '../texts/launcher.ts';

declare const LOADER_CSS: string;
declare global {
  interface Window {
    Crowlit?: {open: () => void; close: () => void};
  }
}

const make = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Partial<HTMLElementTagNameMap[K]>,
  ...children: (Node | string)[]
) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};
const start = (script: HTMLScriptElement, site: string) => {
  const {origin} = new URL(script.src);
  const root = document.documentElement;
  const lang =
    [script.dataset.lang ?? root.lang, ...navigator.languages].find(
      tag => launcherTexts[tag?.slice(0, 2) ?? ''],
    ) ?? 'en';
  const words = launcherTexts[lang.slice(0, 2)] as (typeof launcherTexts)[string];
  const phone = matchMedia('(max-width:520px),(max-height:420px)');

  const host = make('crowlit-chat' as 'div', {lang});
  const shadow = host.attachShadow({mode: 'open'});
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LOADER_CSS);
  shadow.adoptedStyleSheets = [sheet];

  const badge = make('i', {});
  const hint = make('small', {});
  const launcher = make(
    'button',
    {onclick: () => open()},
    make('u', {}),
    make('span', {}, make('b', {textContent: words.title}), hint),
    badge,
  );
  /** For those who do not see the launcher change. */
  const spoken = make('output', {});
  const show = (news = '', count = 0) => {
    hint.textContent = news || words.hint;
    badge.textContent = `${count}`;
    badge.hidden = !count;
    spoken.textContent = count ? `${news} (${count})` : news;
  };
  show();
  shadow.append(launcher, spoken);

  let panel: HTMLElement | undefined;
  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  /** A person has just opened or closed it. A page that goes on where the one before it was takes no focus. */
  let asked = false;

  const key = `crowlit:${site}`;
  const remember = (how: string) => {
    try {
      sessionStorage[key] = how;
    } catch {} // forbidden: then every page begins as the first one did
  };
  /** The frame, and the next page of this tab: what is remembered has been seen to work. */
  const tell = () => {
    const crowlit = launcher.hidden ? 'open' : 'minimised';
    const page = location.origin + location.pathname;
    frame?.contentWindow?.postMessage({crowlit, asked, page, modal: phone.matches}, origin);
    asked = false;
    remember(crowlit);
  };
  /** A phone's keyboard covers what is fixed to the bottom. */
  const fit = () => {
    const view = visualViewport;
    if (panel)
      panel.style.cssText =
        phone.matches && view && view.scale === 1 ? `top:${view.offsetTop}px;height:${view.height}px` : '';
  };
  const draw = (closed: boolean) => {
    if (panel) panel.hidden = closed;
    launcher.hidden = !closed;
    show();
    fit();
    if (asked) (closed ? launcher : frame)?.focus();
    if (ready) tell();
  };
  const begin = (closed: boolean) => {
    const fail = () => {
      if (ready || !mine.parentNode) return;
      console.error(`Crowlit: ${origin} is silent, or its list of sites lacks ${location.origin}.`);
      mine.remove();
      draw(true);
      if (asked) show(words.fail);
    };
    frame = make('iframe', {
      title: words.title,
      // A refused or broken frame "loads" too, but never says that it is ready.
      onload: () => setTimeout(fail, 3000),
      src: `${origin}/widget/frame?${new URLSearchParams({site, lang})}#${location.origin}`,
    });
    setTimeout(fail, 15_000);
    panel?.remove();
    const mine = (panel = make('div', {}, frame));
    shadow.append(panel);
    draw(closed);
  };
  const open = () => {
    asked = true;
    if (!launcher.hidden) (ready ? draw : begin)(false);
  };
  const close = () => {
    asked = true;
    if (launcher.hidden) draw(true);
  };

  visualViewport?.addEventListener('resize', fit);
  addEventListener('message', ({source, origin: from, data}) => {
    if (source !== frame?.contentWindow || from !== origin) return;
    const {crowlit, count, news} = data ?? {};
    if (crowlit === 'ready') {
      ready = true;
      draw(!launcher.hidden);
    } else if (crowlit === 'close') close();
    else if (crowlit === 'lost') {
      ready = false;
      draw(true);
      remember('');
    } else if (crowlit === 'news') show(news, count);
  });

  // Beside the body, which single-page applications replace; back again if the whole page was redrawn.
  const attach = () => host.isConnected || root.append(host);
  new MutationObserver(attach).observe(root, {childList: true});
  attach();
  window.Crowlit = {open, close};
  /** Goes on where this tab was, once the website has all it needs; also where the browser brings a whole page back. */
  const resume = (again?: boolean) => {
    try {
      const how = sessionStorage[key];
      if (how && (again || !frame)) (frame ? draw : begin)(how !== 'open');
    } catch {}
  };
  if (document.readyState === 'complete') resume();
  addEventListener('pageshow', event => resume(event.persisted));
};

const script = document.currentScript as HTMLScriptElement | null;
const site = script?.dataset.site;
if (!site) console.error('Crowlit: no data-site.');
else if (!window.Crowlit) start(script, site);
