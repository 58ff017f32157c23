import {TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {createUser} from '../../appliance/features/accounts/accounts.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, type Body, request} from '../shared/api.ts';
import {emailProblem, requiredProblem} from '../shared/check.ts';
import {Section} from '../shared/components/page.tsx';
import {fieldErrors, focusFirstError} from '../shared/field-errors.ts';
import {LanguageChecks} from '../shared/languages.tsx';
import {accessDayProblem, accessDays, endOfDay, roleChoices} from '../shared/roles.ts';
import {FormFoot} from '../shared/components/form-foot.tsx';
import {OneTimeLink} from './one-time-link.tsx';
import {AccessDay} from './person-role.tsx';

type Draft = Body<typeof createUser>;

export const Invite = ({onClose}: {onClose: () => void}) => {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<Draft>({name: '', email: '', role: 'agent', languages: ['en']});
  const [day, setDay] = useState(accessDays.usual);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const {act, busy, error, result, clear} = useAct(
    (body: Draft) => request<Answer<typeof createUser>>('POST', '/api/admin/users', body),
    '/api/admin/users',
  );
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    const name = requiredProblem(draft.name, 'a name');
    const email = emailProblem(draft.email);
    if (name) found['name'] = name;
    if (email) found['email'] = email;
    if (draft.languages.length === 0) found['languages'] = 'Choose at least one language.';
    const auditor = draft.role === 'auditor';
    const wrongDay = auditor ? accessDayProblem(day) : null;
    if (wrongDay) found['accessEndsAt'] = wrongDay;
    setProblems(found);
    if (Object.keys(found).length > 0) focusFirstError(form.current);
    else
      await act({
        ...draft,
        name: draft.name.trim(),
        email: draft.email.trim(),
        ...(auditor ? {accessEndsAt: endOfDay(day)} : {}),
      });
  };
  const wrong = {...problems, ...fieldErrors(error)};
  if (result)
    return (
      <OneTimeLink
        kind="invitation"
        name={result.value.user.name}
        url={result.value.invitationUrl}
        mailed={result.value.mailed}
      >
        <button
          type="button"
          className="btn"
          onClick={() => {
            clear();
            setDraft({name: '', email: '', role: 'agent', languages: ['en']});
          }}
        >
          Invite another person
        </button>
        <button type="button" className="btn" onClick={onClose}>
          Done, I have the link
        </button>
      </OneTimeLink>
    );
  return (
    <Section title="Invite a person">
      <form ref={form} className="panel form col" onSubmit={event => void send(event)} noValidate>
        <div className="fields">
          <TextInput
            label="Name"
            description="Visitors see it when this person answers."
            autoComplete="off"
            autoFocus
            value={draft.name}
            error={wrong['name']}
            onChange={event => setDraft({...draft, name: event.currentTarget.value})}
          />
          <TextInput
            label="E-mail"
            description="To sign in with. The link is sent to it where a mail server is set."
            type="email"
            autoComplete="off"
            value={draft.email}
            error={wrong['email']}
            onChange={event => setDraft({...draft, email: event.currentTarget.value})}
          />
          <fieldset>
            <legend className="mantine-InputWrapper-label">Role</legend>
            {roleChoices.map(({value, label, means}) => (
              <label key={value} className="check top" style={{padding: '4px 0'}}>
                <input
                  type="radio"
                  name="role"
                  checked={draft.role === value}
                  onChange={() => setDraft({...draft, role: value})}
                />
                <span>
                  <b>{label}.</b> <span className="t2">{means}</span>
                </span>
              </label>
            ))}
          </fieldset>
          {draft.role === 'auditor' ? (
            <AccessDay value={day} onChange={setDay} error={wrong['accessEndsAt']} />
          ) : null}
          <LanguageChecks
            legend="Speaks"
            value={draft.languages}
            error={wrong['languages']}
            onChange={languages => setDraft({...draft, languages})}
          />
        </div>
        <FormFoot
          error={error && !wrong['email'] ? error : null}
          save={busy ? 'Creating' : 'Create the invitation link'}
          busy={busy}
          onCancel={onClose}
        />
      </form>
    </Section>
  );
};
