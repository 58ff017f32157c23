import {NativeSelect, Textarea, TextInput} from '@mantine/core';
import {useNavigate} from '@tanstack/react-router';
import {type FormEvent, useRef, useState} from 'react';
import type {
  getRequest,
  openRequest,
} from '../../../../appliance/features/privacy/requests/requests.schema.ts';
import type {Locale} from '../../../../appliance/kit/schema.ts';
import {useAct} from '../../../shared/act.ts';
import {type Answer, type Body, request} from '../../../shared/api.ts';
import {Section} from '../../../shared/components/page.tsx';
import {fieldErrors, focusFirstError} from '../../../shared/field-errors.ts';
import {languages} from '../../../shared/languages.tsx';
import {FormFoot} from '../../../shared/components/form-foot.tsx';
import {kindWords, objectionWords, path, type SubjectRequest} from './words.ts';

type Kind = SubjectRequest['kind'];
type Draft = {
  kind: Kind;
  objection: NonNullable<SubjectRequest['objection']>;
  address: string;
  conversationId: string;
  language: Locale;
  words: string;
};
const empty: Draft = {
  kind: 'access',
  objection: 'all',
  address: '',
  conversationId: '',
  language: 'en',
  words: '',
};

/** An address of the inbox will do, too: its end is the conversation. */
const idIn = (text: string): string => /[0-9a-f-]{36}/.exec(text)?.[0] ?? text.trim();

/** What reached the organisation otherwise than by the chat. */
export const NewRequest = () => {
  const form = useRef<HTMLFormElement>(null);
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(empty);
  const {act, busy, error} = useAct(
    (body: Body<typeof openRequest>) => request<Answer<typeof getRequest>>('POST', path, body),
    path,
  );
  const wrong = fieldErrors(error);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const {kind, objection, address, conversationId, language, words} = draft;
    const done = await act({
      kind,
      language,
      words,
      ...(kind === 'objection' ? {objection} : {}),
      ...(address.trim() === '' ? {} : {address: address.trim()}),
      ...(conversationId.trim() === '' ? {} : {conversationId: idIn(conversationId)}),
    });
    if (done) void navigate({to: '/admin/requests/$requestId', params: {requestId: done.value.request.id}});
    else focusFirstError(form.current);
  };
  return (
    <Section title="A request that came by letter or telephone">
      {open ? (
        <form ref={form} className="panel form col" onSubmit={event => void send(event)} noValidate>
          <div className="fields">
            <NativeSelect
              label="What they ask for"
              description={kindWords[draft.kind].means}
              data={Object.entries(kindWords).map(([value, {label}]) => ({value, label}))}
              value={draft.kind}
              onChange={event => setDraft({...draft, kind: event.currentTarget.value as Kind})}
            />
            {draft.kind === 'objection' ? (
              <NativeSelect
                label="What it is to"
                data={Object.entries(objectionWords).map(([value, label]) => ({value, label}))}
                value={draft.objection}
                onChange={event =>
                  setDraft({...draft, objection: event.currentTarget.value as Draft['objection']})
                }
              />
            ) : null}
            <NativeSelect
              label="Their language"
              description="The copy or the certificate is written in it."
              data={languages}
              value={draft.language}
              onChange={event => setDraft({...draft, language: event.currentTarget.value as Locale})}
            />
            <TextInput
              label="Their e-mail address"
              description="Covers every visitor who gave it and did not take it back."
              type="email"
              autoComplete="off"
              maxLength={254}
              value={draft.address}
              error={wrong['address']}
              onChange={event => setDraft({...draft, address: event.currentTarget.value})}
            />
            <TextInput
              label="A conversation of theirs"
              description="Its address in the inbox, where they named no e-mail address."
              autoComplete="off"
              maxLength={300}
              value={draft.conversationId}
              error={wrong['conversationId']}
              onChange={event => setDraft({...draft, conversationId: event.currentTarget.value})}
            />
            <Textarea
              label="What they wrote, and how you know that it is them"
              description="Ask for no more proof than you need (Art. 12(6))."
              autosize
              minRows={2}
              maxLength={2000}
              value={draft.words}
              error={wrong['words']}
              onChange={event => setDraft({...draft, words: event.currentTarget.value})}
            />
          </div>
          <FormFoot
            error={error}
            save={busy ? 'Entering' : 'Enter it'}
            busy={busy}
            onCancel={() => setOpen(false)}
          />
        </form>
      ) : (
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          Enter a request
        </button>
      )}
    </Section>
  );
};
