import {Modal, NativeSelect, TextInput} from '@mantine/core';
import {type FormEvent, useState} from 'react';
import type {updateUser} from '../../appliance/features/accounts/accounts.schema.ts';
import type {Body} from '../shared/api.ts';
import {formatDay} from '../shared/format.ts';
import {accessDayProblem, accessDays, dayOf, endOfDay, roleChoices, roleWords} from '../shared/roles.ts';
import type {User} from '../shared/session.tsx';

type Change = Body<typeof updateUser>;

/** Until when an auditor may look. */
export const AccessDay = ({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (day: string) => void;
  error?: string | null | undefined;
}) => (
  <TextInput
    type="date"
    label="Access ends after"
    description="At most 90 days ahead. It can be shortened or extended."
    min={accessDays.first()}
    max={accessDays.last()}
    value={value}
    error={error ?? undefined}
    onChange={event => onChange(event.currentTarget.value)}
  />
);

const AuditorDialog = ({
  user,
  busy,
  onClose,
  onDay,
}: {
  user: User;
  busy: boolean;
  onClose: () => void;
  onDay: (accessEndsAt: string) => void;
}) => {
  const [day, setDay] = useState(
    user.accessEndsAt && !user.accessEnded ? dayOf(user.accessEndsAt) : accessDays.usual(),
  );
  const [problem, setProblem] = useState<string | null>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const wrong = accessDayProblem(day);
    setProblem(wrong);
    if (wrong === null) onDay(endOfDay(day));
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${user.name} as an auditor`}
      closeButtonProps={{'aria-label': 'Close'}}
    >
      <form className="col" onSubmit={send} noValidate>
        <p className="t2">{roleWords.auditor.means}</p>
        <AccessDay value={day} onChange={setDay} error={problem} />
        <div className="row">
          <span className="sp" />
          <button type="button" className="btn" onClick={onClose}>
            Leave it as it is
          </button>
          <button type="submit" className="btn p" disabled={busy}>
            Give access until then
          </button>
        </div>
      </form>
    </Modal>
  );
};

/** What somebody may do here; an auditor with the day on which it ends. */
export const RoleOf = ({
  user,
  self,
  busy,
  onChange,
}: {
  user: User;
  self: boolean;
  busy: boolean;
  onChange: (change: Change) => Promise<unknown>;
}) => {
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <NativeSelect
        aria-label={`Role of ${user.name}`}
        data={roleChoices}
        value={user.role}
        disabled={self || busy || user.disabledAt !== null}
        onChange={event => {
          const role = event.currentTarget.value as User['role'];
          if (role === 'auditor') setChoosing(true);
          else void onChange({role});
        }}
      />
      {user.role === 'auditor' && user.accessEndsAt ? (
        <small>
          {user.accessEnded ? 'ended' : 'until'} {formatDay(user.accessEndsAt)}{' '}
          <button type="button" className="link" disabled={busy} onClick={() => setChoosing(true)}>
            Change<span className="vh"> when the access of {user.name} ends</span>
          </button>
        </small>
      ) : null}
      {choosing ? (
        <AuditorDialog
          user={user}
          busy={busy}
          onClose={() => setChoosing(false)}
          onDay={accessEndsAt => {
            setChoosing(false);
            void onChange(user.role === 'auditor' ? {accessEndsAt} : {role: 'auditor', accessEndsAt});
          }}
        />
      ) : null}
    </>
  );
};
