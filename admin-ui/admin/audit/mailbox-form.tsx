import {TextInput} from '@mantine/core';
import {Link} from '@tanstack/react-router';
import {type FormEvent, useState} from 'react';
import type {putMailbox} from '../../../appliance/features/audit/elsewhere/elsewhere.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Body, request} from '../../shared/api.ts';
import {emailProblem} from '../../shared/check.ts';
import {Note} from '../../shared/components/state.tsx';
import {fieldErrors} from '../../shared/field-errors.ts';
import {FormFoot} from '../../shared/components/form-foot.tsx';

export const MailboxForm = ({
  mailbox,
  mail,
  onClose,
}: {
  mailbox: {address: string} | null;
  /** Whether a mail server is set. */
  mail: boolean;
  onClose: () => void;
}) => {
  const [address, setAddress] = useState(mailbox?.address ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const {act, busy, error} = useAct(
    (body: Body<typeof putMailbox>) => request('PUT', '/api/admin/audit/mailbox', body),
    '/api/admin/audit',
    '/api/admin/mails',
  );
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = emailProblem(address);
    setProblem(found);
    if (found === null && (await act({address: address.trim()}))) onClose();
  };
  return (
    <form className="panel form col" noValidate onSubmit={event => void send(event)}>
      {mail ? null : (
        <Note tone="at" title="No mail server is set." action={<Link to="/admin/mail">Mail</Link>}>
          Letters need one. The address is kept, and gets its first letter within the hour after one is set.
        </Note>
      )}
      <div className="fields">
        <TextInput
          className="all"
          label="Address"
          description="Choose a mailbox that nobody who administers this machine can empty: an auditor’s, or an archive."
          type="email"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={address}
          error={problem ?? fieldErrors(error)['address']}
          onChange={event => setAddress(event.currentTarget.value)}
        />
      </div>
      <p className="dim s13">
        The first letter leaves at once, then one each night. It is written in the language of your account,
        and holds the signed checkpoint in its text and as a file that the verifier takes.
      </p>
      <FormFoot
        error={error}
        failed="Nothing was changed."
        save={busy ? 'Saving' : 'Save'}
        busy={busy}
        onCancel={onClose}
      />
    </form>
  );
};
