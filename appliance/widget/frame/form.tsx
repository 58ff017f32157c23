import {useId, useRef, useState} from 'preact/hooks';
import type {Texts} from '../texts/texts.ts';

/** For who wants no AI while nobody is free: one message that says what it is about and how to answer. */
export const Form = ({t, onSend}: {t: Texts; onSend: (text: string) => void}) => {
  const [missing, setMissing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(form.current ?? undefined);
    const [name, reach, text] = ['name', 'reach', 'text'].map(key => {
      const value = data.get(key);
      return typeof value === 'string' ? value.trim() : '';
    });
    if (!reach || !text) {
      setMissing(true);
      form.current?.querySelector<HTMLElement>(reach ? '[name=text]' : '[name=reach]')?.focus();
      return;
    }
    onSend([name, reach, text].filter(Boolean).join('\n'));
  };
  return (
    <form class="fm" ref={form} onSubmit={submit} aria-label={t.formTitle} noValidate>
      <label for={`${id}n`}>{t.formName}</label>
      <input id={`${id}n`} name="name" autocomplete="name" maxLength={120} />
      <label for={`${id}r`}>{t.formReach}</label>
      <input id={`${id}r`} name="reach" required maxLength={254} aria-describedby={`${id}h`} />
      <small id={`${id}h`}>{t.formReachHint}</small>
      <label for={`${id}t`}>{t.formText}</label>
      <textarea id={`${id}t`} name="text" required rows={3} maxLength={3000} />
      {missing && (
        <p class="bad" role="alert">
          {t.formMissing}
        </p>
      )}
      <button type="submit" class="btn">
        {t.formSend}
      </button>
    </form>
  );
};
