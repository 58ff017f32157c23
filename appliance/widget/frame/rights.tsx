import {useEffect, useId, useRef, useState} from 'preact/hooks';
import type {WidgetSettings} from '../../features/sites/sites.schema.ts';
import {fill, type Texts} from '../texts/texts.ts';
import type {Chat} from './chat.ts';
import {Contact} from './contact.tsx';
import {type Answer, type Failed, names, type Right, rights, send, type Step, wrong} from './rights-calls.ts';
import {Copies, Erasing} from './rights-done.tsx';

/** What a person may ask about their data: of this chat at once, of everything under an address with a code from there. */
export const Rights = ({
  settings,
  t,
  lang,
  chat,
  chosen,
  onErased,
}: {
  settings: WidgetSettings;
  t: Texts;
  lang: string;
  chat: Chat;
  chosen: Right | null;
  onErased: () => void;
}) => {
  const [right, setRight] = useState<Right>(chosen ?? 'access');
  const [everything, setEverything] = useState(false);
  const [address, setAddress] = useState('');
  const [words, setWords] = useState('');
  const [code, setCode] = useState('');
  const [step, setStep] = useState<Step>({at: chosen ? 'confirm' : 'choose'});
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const id = useId();
  const first = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    // whoever goes on by keyboard or ear stands where it goes on
    if (moved.current || chosen) (first.current ?? heading.current)?.focus();
    moved.current = true;
  }, [step.at]);

  const needsWords = right === 'rectification' || right === 'review';
  const asked = () => ({
    kind: right === 'usage' || right === 'all' ? 'objection' : right,
    ...(right === 'usage' || right === 'all' ? {objection: right} : {}),
    words,
    language: document.documentElement.lang.slice(0, 2),
  });
  const act = async (work: () => Promise<Step>) => {
    if (busy) return;
    setBusy(true);
    setProblem('');
    try {
      const next = await work();
      // such a chat has ended for good
      if (next.at === 'done' && right === 'all') chat.erased();
      setStep(next);
    } catch (error) {
      setProblem(wrong(t, error as Failed));
    }
    setBusy(false);
  };
  const ask = () =>
    act(async () => {
      if (!everything)
        return {at: 'done', answer: await send<Answer>(chat.token(), 'privacy-requests', asked())};
      const {mail, requestId} = await send<{mail: boolean; requestId: string}>(
        chat.token(),
        'privacy-codes',
        {...asked(), address: address.trim()},
      );
      return mail ? {at: 'code', requestId} : {at: 'noMail'};
    });
  const goOn = (event: Event) => {
    event.preventDefault();
    if ((everything && !/^\S+@\S+\.\S+$/.test(address.trim())) || (needsWords && words.trim() === ''))
      return setProblem(t.fieldsMissing);
    if (right === 'erasure' || right === 'all') return setStep({at: 'confirm'});
    void ask();
  };
  const prove = (event: Event) => {
    event.preventDefault();
    if (step.at !== 'code') return;
    void act(async () => ({
      at: 'done',
      answer: await send<Answer>(chat.token(), `privacy-requests/${step.requestId}/proof`, {
        code: code.replace(/\D/g, ''),
      }),
    }));
  };
  const day = (at: string) => new Date(at).toLocaleDateString(lang, {dateStyle: 'long'});
  const said = problem && (
    <p class="bad" role="alert" id={`${id}e`}>
      {problem}
    </p>
  );
  const again = () => {
    setProblem('');
    setStep({at: 'choose'});
  };

  return (
    <section class="rg" aria-labelledby={`${id}h`}>
      <h3 id={`${id}h`} ref={heading} tabIndex={-1}>
        {t.rights}
      </h3>
      {step.at === 'choose' && (
        <form onSubmit={goOn} noValidate>
          <label for={`${id}w`}>{t.rightsWhat}</label>
          <select
            id={`${id}w`}
            ref={first as never}
            value={right}
            onChange={event => setRight(event.currentTarget.value as Right)}
          >
            {rights.map(one => (
              <option key={one} value={one}>
                {t[names[one]]}
              </option>
            ))}
          </select>
          <fieldset>
            <legend>{t.rightsScope}</legend>
            {[false, true].map(mail => (
              <label key={String(mail)} class="ch">
                <input
                  type="radio"
                  name={`${id}s`}
                  checked={everything === mail}
                  onChange={() => setEverything(mail)}
                />
                {mail ? t.scopeMail : t.scopeChat}
              </label>
            ))}
          </fieldset>
          {everything && (
            <>
              <label for={`${id}a`}>{t.email}</label>
              <input
                id={`${id}a`}
                type="email"
                autocomplete="email"
                maxLength={254}
                value={address}
                aria-describedby={problem ? `${id}e` : undefined}
                onInput={event => setAddress(event.currentTarget.value)}
              />
            </>
          )}
          {needsWords && (
            <>
              <label for={`${id}t`}>{t.rightsWords}</label>
              <textarea
                id={`${id}t`}
                rows={3}
                maxLength={2000}
                value={words}
                aria-describedby={problem ? `${id}e` : undefined}
                onInput={event => setWords(event.currentTarget.value)}
              />
            </>
          )}
          {said}
          <button type="submit" class="btn" aria-disabled={busy}>
            {t.goOn}
          </button>
        </form>
      )}
      {step.at === 'confirm' && (
        <>
          <p ref={first as never} tabIndex={-1}>
            <b>{t[names[right]]}</b>. {right === 'all' ? t.confirmAll : t.confirmErase}
          </p>
          {said}
          <p class="acts">
            <button type="button" class="btn p" aria-disabled={busy} onClick={() => void ask()}>
              {t.confirm}
            </button>
            <button type="button" class="btn" onClick={again}>
              {t.back}
            </button>
          </p>
        </>
      )}
      {step.at === 'code' && (
        <form onSubmit={prove} noValidate>
          <p role="status">{t.codeSent}</p>
          <label for={`${id}c`}>{t.code}</label>
          <input
            id={`${id}c`}
            ref={first as never}
            class="code"
            inputMode="numeric"
            autocomplete="one-time-code"
            maxLength={12}
            value={code}
            aria-describedby={problem ? `${id}e` : undefined}
            onInput={event => setCode(event.currentTarget.value)}
          />
          {said}
          <p class="acts">
            <button type="submit" class="btn p" aria-disabled={busy}>
              {t.goOn}
            </button>
            <button type="button" class="btn" onClick={again}>
              {t.back}
            </button>
          </p>
        </form>
      )}
      {step.at === 'noMail' && (
        <p role="status">
          {t.noMail} <Contact contact={settings.privacyContact} />
        </p>
      )}
      {step.at === 'done' &&
        (right === 'erasure' ? (
          <Erasing answer={step.answer} t={t} day={day(step.answer.dueAt)} chat={chat} onErased={onErased} />
        ) : right === 'access' || right === 'portability' ? (
          <Copies answer={step.answer} chat={chat} t={t} />
        ) : (
          <>
            <p role="status">
              {needsWords ? fill(t.rightsOpen, {day: day(step.answer.dueAt)}) : t.rightsObjected}
            </p>
            {right === 'all' && (
              <p>
                <button type="button" class="btn p" onClick={onErased}>
                  {t.leaveChat}
                </button>
              </p>
            )}
          </>
        ))}
    </section>
  );
};
