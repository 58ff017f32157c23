/**
 * The few words between the frame and the page around it. The page says its own origin in the address' fragment; a page
 * that says another's origin hears nothing, and only the site's listed origins may frame us at all (frame-ancestors).
 */
export type Bridge = ReturnType<typeof createBridge>;
/** `asked`: a person has just opened or closed it; else the page goes on where the one before it was. */
export type FromPage = {crowlit: 'open' | 'minimised'; asked: boolean; page: string; modal: boolean};
/** `lost`: there is nothing here to go on with. `news` names nobody: the page around is not ours. */
export type ToPage = {crowlit: 'ready' | 'close' | 'lost'} | {crowlit: 'news'; news: string; count: number};

export const createBridge = (onMessage: (message: FromPage) => void) => {
  const page = decodeURIComponent(location.hash.slice(1));
  const framed = window.parent !== window && page !== '';
  const tell = (message: ToPage) => {
    if (framed) window.parent.postMessage(message, page);
  };
  if (framed)
    addEventListener('message', ({source, origin, data}: MessageEvent<unknown>) => {
      if (source !== window.parent || origin !== page || typeof data !== 'object' || data === null) return;
      const {crowlit, asked, page: url, modal} = data as Record<string, unknown>;
      if (crowlit !== 'open' && crowlit !== 'minimised') return;
      onMessage({crowlit, asked: asked === true, page: String(url).slice(0, 2000), modal: modal === true});
    });
  return {framed, tell};
};
