import {TextInput, Textarea} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {
  getPrivacyContact,
  putPrivacyContact,
} from '../../../appliance/features/privacy/documents.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, type Body, request} from '../../shared/api.ts';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {fieldErrors, focusFirstError} from '../../shared/field-errors.ts';
import {useGet} from '../../shared/query.ts';
import {FormFoot} from '../../shared/components/form-foot.tsx';

type Contact = Body<typeof putPrivacyContact>;

const Form = ({contact, onDone}: {contact: Contact; onDone: (saved: boolean) => void}) => {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(contact);
  const {act, busy, error} = useAct(
    (body: Contact) => request('PUT', '/api/admin/privacy-contact', body),
    '/api/admin/privacy-contact',
    '/api/admin/documents',
  );
  const wrong = fieldErrors(error);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (await act(draft)) onDone(true);
    else focusFirstError(form.current);
  };
  return (
    <form ref={form} className="panel form col" onSubmit={event => void send(event)} noValidate>
      <div className="fields">
        <TextInput
          label="Name"
          description="A person or an office; may stay empty."
          autoComplete="off"
          autoFocus
          maxLength={120}
          value={draft.name}
          error={wrong['name']}
          onChange={event => setDraft({...draft, name: event.currentTarget.value})}
        />
        <TextInput
          label="E-mail"
          description="Shown to every visitor."
          type="email"
          autoComplete="off"
          maxLength={254}
          value={draft.email}
          error={wrong['email']}
          onChange={event => setDraft({...draft, email: event.currentTarget.value})}
        />
        <Textarea
          label="Postal address of the organisation"
          description="In one line; the law asks for it (Art. 13(1)(a))."
          maxLength={300}
          value={draft.postalAddress}
          error={wrong['postalAddress']}
          onChange={event => setDraft({...draft, postalAddress: event.currentTarget.value})}
        />
        <Textarea
          label="Data protection officer"
          description="Name and how to reach them, where there is one."
          maxLength={200}
          value={draft.officer}
          error={wrong['officer']}
          onChange={event => setDraft({...draft, officer: event.currentTarget.value})}
        />
      </div>
      <FormFoot
        error={error}
        save={busy ? 'Saving' : 'Save and publish'}
        busy={busy}
        onCancel={() => onDone(false)}
      />
    </form>
  );
};

/** Whom people ask about their data: in the widget and in the notice at once. */
export const ContactSection = () => {
  const {data, error, refetch} = useGet<Answer<typeof getPrivacyContact>>('/api/admin/privacy-contact');
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState(false);
  return (
    <Section
      title="Contact for privacy requests"
      aside={
        editing || !data ? undefined : (
          <button type="button" className="btn sm" onClick={() => setEditing(true)}>
            Change
          </button>
        )
      }
    >
      {error ? (
        <LoadFailed what="The contact" error={error} onRetry={() => void refetch()} />
      ) : data && editing ? (
        <Form
          contact={data.contact}
          onDone={done => {
            setEditing(false);
            setSaved(done);
          }}
        />
      ) : data ? (
        <div className="col">
          <dl className="panel pad kv">
            <dt>Name</dt>
            <dd>{data.contact.name || <span className="dim">not given</span>}</dd>
            <dt>E-mail</dt>
            <dd>{data.contact.email}</dd>
            <dt>Postal address</dt>
            <dd>{data.contact.postalAddress || <span className="dim">not given</span>}</dd>
            <dt>Data protection officer</dt>
            <dd>{data.contact.officer || <span className="dim">not given</span>}</dd>
          </dl>
          {saved ? (
            <Note tone="ok" title="Published.">
              The widget and the notice name it from now on.
            </Note>
          ) : null}
        </div>
      ) : (
        <Loading what="the contact" rows={3} />
      )}
    </Section>
  );
};
