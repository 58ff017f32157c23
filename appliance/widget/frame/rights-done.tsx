import {useEffect, useState} from 'preact/hooks';
import {fill, type Texts} from '../texts/texts.ts';
import type {Chat} from './chat.ts';
import {type Answer, names, type Right, save, send} from './rights-calls.ts';

/** A copy that is ready: as a file of each kind. */
export const Copies = ({answer, chat, t}: {answer: Answer; chat: Chat; t: Texts}) => {
  const [failed, setFailed] = useState(false);
  const get = async (type: string): Promise<void> => {
    const response = await fetch(`/api/visitor/privacy-requests/${answer.requestId}/export/${type}`, {
      headers: {authorization: `Bearer ${chat.token() ?? ''}`},
      credentials: 'omit',
    }).catch(() => null);
    setFailed(!response?.ok);
    if (response?.ok) save(await response.blob(), `my-data.${type}`);
  };
  return (
    <>
      <p role="status">{t.rightsCopy}</p>
      <p class="acts">
        {(['pdf', 'html', 'json'] as const).map(type => (
          <button key={type} type="button" class="btn" onClick={() => void get(type)}>
            {fill(t.download, {type: type.toUpperCase()})}
          </button>
        ))}
      </p>
      {failed && (
        <p class="bad" role="alert">
          {t.rightsFailed}
        </p>
      )}
    </>
  );
};

const pauseMs = 1500;
/** The session goes with all else; the receipt alone still tells how it went. */
export const Erasing = ({
  answer,
  t,
  day,
  onErased,
  chat,
}: {
  answer: Answer;
  t: Texts;
  day: string;
  onErased: () => void;
  chat: Chat;
}) => {
  const [state, setState] = useState<{state: string; erasedAt: string | null; certificate: unknown}>({
    state: answer.state,
    erasedAt: null,
    certificate: null,
  });
  const over = state.erasedAt !== null;
  useEffect(() => {
    if (state.state === 'done' || state.state === 'held') return;
    const timer = setTimeout(
      () =>
        void send<typeof state>(null, `privacy-receipts/${answer.receipt}`).then(setState, () =>
          setState({...state}),
        ),
      pauseMs,
    );
    return () => clearTimeout(timer);
  }, [state]);
  useEffect(() => {
    if (over) chat.erased();
  }, [over]);
  if (state.state === 'held') return <p role="status">{fill(t.heldBack, {day})}</p>;
  return (
    <>
      <p role="status">{over || state.state === 'done' ? t.erased : t.erasing}</p>
      {over && (
        <p class="acts">
          {state.certificate !== null && (
            <button
              type="button"
              class="btn"
              onClick={() =>
                save(
                  new Blob([JSON.stringify(state.certificate, null, 2)], {type: 'application/json'}),
                  'certificate.json',
                )
              }
            >
              {t.certificate}
            </button>
          )}
          <button type="button" class="btn p" onClick={onErased}>
            {t.leaveChat}
          </button>
        </p>
      )}
    </>
  );
};

/** Somebody said that they want no more of it: nothing happens until they choose, and confirm. */
export const Choice = ({
  t,
  onChoose,
  onKeep,
}: {
  t: Texts;
  onChoose: (right: Right) => void;
  onKeep: () => void;
}) => (
  <div class="cc" role="group" aria-label={t.choice}>
    <b>{t.choice}</b>
    {(['all', 'erasure'] as const).map(right => (
      <button key={right} type="button" class="btn" onClick={() => onChoose(right)}>
        {t[names[right]]}
      </button>
    ))}
    <button type="button" class="btn" onClick={onKeep}>
      {t.choiceKeep}
    </button>
  </div>
);
