/** What a browser says of itself as it comes, before anybody decided what of it may be kept. */
import type {IncomingHttpHeaders} from 'node:http';
import Bowser from 'bowser';
import {mask} from './mask.ts';

export type Visit = {ip: string | null; device: string | null; browser: string | null; page: string | null};

const mostOfAPage = 500;

export const deviceOf = (userAgent: string | undefined): Pick<Visit, 'device' | 'browser'> => {
  if (!userAgent) return {device: null, browser: null};
  const parsed = Bowser.parse(userAgent.slice(0, 500));
  return {device: parsed.platform.type ?? null, browser: parsed.browser.name ?? null};
};

/** The page's address without query and fragment: those carry campaign and session ids that were never asked for. */
export const pageOf = (page: string): string | null => {
  if (!URL.canParse(page)) return null;
  const url = new URL(page);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return mask(url.origin + url.pathname).slice(0, mostOfAPage);
};

/** Global Privacy Control, or the older wish not to be tracked: both are an objection. */
export const signalsObjection = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-gpc'] === '1' || headers.dnt === '1';
