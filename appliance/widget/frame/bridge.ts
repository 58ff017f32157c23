/**
 * The few words between the frame and the page around it. The page says its own origin in the address' fragment; a page
 * that says another's origin hears nothing, and only the site's listed origins may frame us at all (frame-ancestors).
 */
export type Bridge = ReturnType<typeof createBridge>;
export type FromPage = {crowlit: 'open'; page: string; modal: boolean} | {crowlit: 'minimised'};

export const createBridge = (onMessage: (message: FromPage) => void) => {
  const page = decodeURIComponent(location.hash.slice(1));
  const framed = window.parent !== window && page !== '';
  const tell = (message: {crowlit: 'ready' | 'close'} | {crowlit: 'unread'; count: number}) => {
    if (framed) window.parent.postMessage(message, page);
  };
  if (framed)
    addEventListener('message', ({source, origin, data}: MessageEvent<unknown>) => {
      if (source !== window.parent || origin !== page || typeof data !== 'object' || data === null) return;
      const {crowlit, page: url, modal} = data as Record<string, unknown>;
      if (crowlit === 'open') onMessage({crowlit, page: String(url).slice(0, 2000), modal: modal === true});
      else if (crowlit === 'minimised') onMessage({crowlit});
    });
  return {framed, tell};
};
