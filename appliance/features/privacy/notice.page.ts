import {isAppError} from '../../kit/errors.ts';
import type {Locale} from '../../kit/schema.ts';
import {renderNoticePage} from './documents/notice-page.ts';
import type {Versions} from './versions.service.ts';

export type NoticeRequest = {
  siteId: string;
  language: Locale;
  pdf: boolean;
  version: number | undefined;
  nonce: string;
};

/** The notice at its public address: a page or a PDF of any version; undefined where there is none. */
export const noticePage =
  (deps: {versions: Versions; siteName: (siteId: string) => Promise<string | undefined>}) =>
  async ({siteId, language, pdf, version, nonce}: NoticeRequest): Promise<string | Buffer | undefined> => {
    const siteName = await deps.siteName(siteId);
    if (siteName === undefined) return undefined;
    try {
      if (pdf) return await deps.versions.pdf('notice', language, version);
      const shown = await deps.versions.get('notice', language, version);
      const versions = await deps.versions.list('notice');
      return renderNoticePage({...shown, versions, siteName, address: `/privacy/${siteId}`, nonce});
    } catch (error) {
      if (isAppError(error) && error.kind === 'not_found') return undefined;
      throw error;
    }
  };
