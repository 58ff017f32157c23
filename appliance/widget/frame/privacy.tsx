import {useEffect, useRef} from 'preact/hooks';
import type {WidgetSettings} from '../../features/sites/sites.schema.ts';
import {fill, placeName, type Texts} from '../texts/texts.ts';
import type {Chat} from './chat.ts';
import {Contact} from './contact.tsx';
import {CloseIcon} from './icons.tsx';
import {PrivacyUsage} from './privacy-usage.tsx';
import type {Right} from './rights-calls.ts';
import {Rights} from './rights.tsx';
import type {Usage} from './usage.ts';

/** The whole notice, on a page of its own. */
export const NoticeLink = ({settings, t, lang}: {settings: WidgetSettings; t: Texts; lang: string}) => (
  <a
    href={`/privacy/${settings.siteId}/${lang.slice(0, 2)}`}
    target="_blank"
    rel="noopener noreferrer"
    hreflang={lang.slice(0, 2)}
  >
    {t.notice}
  </a>
);

export const Privacy = ({
  settings,
  t,
  lang,
  usage,
  chat,
  right,
  objected,
  onObject,
  onErased,
  onClose,
}: {
  settings: WidgetSettings;
  t: Texts;
  lang: string;
  usage: Usage;
  chat: Chat;
  /** Chosen in the conversation already: only the confirmation is missing. */
  right: Right | null;
  objected: boolean;
  onObject: () => void;
  onErased: () => void;
  onClose: () => void;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="pv" aria-labelledby="pv" onClose={onClose}>
      <header>
        <h2 id="pv">{t.privacy}</h2>
        <button type="button" class="btn ic q" aria-label={t.close} onClick={() => dialog.current?.close()}>
          <CloseIcon />
        </button>
      </header>
      {right && (
        <Rights settings={settings} t={t} lang={lang} chat={chat} chosen={right} onErased={onErased} />
      )}
      <h3>{t.privacyWho}</h3>
      <p>{fill(t.privacyWhoText, {company: settings.company})}</p>
      <h3>{t.privacyWhat}</h3>
      <ul>
        <li>{t.privacyWhat1}</li>
        <li>{t.privacyWhat3}</li>
      </ul>
      <PrivacyUsage usage={usage} t={t} lang={lang} />
      <h3>{t.privacyWhere}</h3>
      <p>{fill(t.storedIn, {region: placeName(settings.region, lang)})}</p>
      <h3>{t.privacyAi}</h3>
      <p>
        {t.privacyAiText} {t.privacyObject}
      </p>
      <p>
        <button
          type="button"
          class="btn"
          aria-disabled={objected}
          onClick={() => {
            if (!objected) onObject();
            dialog.current?.close();
          }}
        >
          {objected ? t.withoutAiStrip : t.noAi}
        </button>
      </p>
      {!right && (
        <Rights settings={settings} t={t} lang={lang} chat={chat} chosen={null} onErased={onErased} />
      )}
      <h3>{t.privacyAsk}</h3>
      <p>
        {t.privacyAskText} <Contact contact={settings.privacyContact} />
      </p>
      <p>
        <NoticeLink settings={settings} t={t} lang={lang} />
      </p>
    </dialog>
  );
};
