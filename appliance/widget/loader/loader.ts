/**
 * The one line on a website: draws the launcher, and nothing else until a person opens it. No cookie, no storage, no
 * identifier, no request. The chat itself lives in a frame of the appliance's origin, where the page cannot look.
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

  const badge = make('i', {hidden: true});
  const launcher = make(
    'button',
    {type: 'button', onclick: () => open()},
    make('u', {}),
    make('span', {}, make('b', {textContent: words.title}), make('small', {textContent: words.hint})),
    badge,
  );
  shadow.append(launcher);

  let panel: HTMLElement | undefined;
  let frame: HTMLIFrameElement | undefined;
  let ready = false;

  const tell = (crowlit: string) =>
    frame?.contentWindow?.postMessage(
      {crowlit, page: location.origin + location.pathname, modal: phone.matches},
      origin,
    );
  /** A phone's keyboard covers what is fixed to the bottom. */
  const fit = () => {
    const view = visualViewport;
    if (panel)
      panel.style.cssText =
        phone.matches && view && view.scale === 1 ? `top:${view.offsetTop}px;height:${view.height}px` : '';
  };
  const create = () => {
    const text = make('span', {textContent: '…'});
    const note = make(
      'p',
      {role: 'status'},
      text,
      make('button', {type: 'button', textContent: 'OK', onclick: () => close()}),
    );
    const fail = () => {
      if (ready) return;
      text.textContent = words.fail;
      (frame as HTMLElement).hidden = true;
      console.error(`Crowlit: ${origin} does not answer, or its list of sites lacks ${location.origin}.`);
    };
    ready = false;
    frame = make('iframe', {
      title: words.title,
      allow: 'camera; microphone; display-capture; autoplay; fullscreen',
      // A refused or broken frame "loads" too, but never says that it is ready.
      onload: () => setTimeout(fail, 3000),
      src: `${origin}/widget/frame?${new URLSearchParams({site, lang})}#${location.origin}`,
    });
    setTimeout(fail, 15_000);
    panel = make('div', {}, note, frame);
    shadow.append(panel);
  };
  const open = () => {
    if (panel && !panel.hidden) return;
    if (panel && !ready) panel.remove();
    if (!panel?.isConnected) create();
    (panel as HTMLElement).hidden = false;
    launcher.hidden = badge.hidden = true;
    launcher.ariaLabel = null;
    fit();
    frame?.focus();
    if (ready) tell('open');
  };
  const close = () => {
    if (!panel || panel.hidden) return;
    tell('minimised');
    panel.hidden = true;
    launcher.hidden = false;
    launcher.focus();
  };

  visualViewport?.addEventListener('resize', fit);
  addEventListener('message', ({source, origin: from, data}) => {
    if (!frame || source !== frame.contentWindow || from !== origin) return;
    const {crowlit, count} = data ?? {};
    if (crowlit === 'ready') {
      ready = true;
      frame.hidden = false;
      frame.focus();
      tell(panel?.hidden ? 'minimised' : 'open');
    } else if (crowlit === 'close') close();
    else if (crowlit === 'unread') {
      badge.textContent = `${count}`;
      badge.hidden = !(count > 0);
      launcher.ariaLabel = count > 0 ? `${words.title} (${count})` : null;
    }
  });

  // Beside the body, which single-page applications replace; back again if the whole page was redrawn.
  const attach = () => host.isConnected || root.append(host);
  new MutationObserver(attach).observe(root, {childList: true});
  attach();
  window.Crowlit = {open, close};
};

const script = document.currentScript as HTMLScriptElement | null;
const site = script?.dataset.site;
if (!site) console.error('Crowlit: no data-site.');
else if (!window.Crowlit) start(script, site);
