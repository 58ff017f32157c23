import {Link} from '@tanstack/react-router';
import {useState} from 'react';
import type {
  getSecondFactorPolicy,
  putSecondFactorPolicy,
} from '../../appliance/features/accounts/second-factor.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, ApiError, request} from '../shared/api.ts';
import {Consequence} from '../shared/components/dialog.tsx';
import {LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Section} from '../shared/components/page.tsx';
import {Note} from '../shared/components/state.tsx';
import {messageOf} from '../shared/field-errors.ts';
import {plural} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import type {User} from '../shared/session.tsx';

type NeededOf = Answer<typeof getSecondFactorPolicy>['neededOf'];
const path = '/api/admin/second-factor';
const choices: {value: NeededOf; label: string; means: string}[] = [
  {
    value: 'everybody',
    label: 'Everybody',
    means: 'Whoever has none sets one up right after the password, before anything else.',
  },
  {
    value: 'new_people',
    label: 'Whoever is invited from now on',
    means: 'Who is here already may go on without, and can set one up in the account menu.',
  },
  {
    value: 'nobody',
    label: 'Nobody',
    means: 'It is each person’s own choice. A stolen password is then enough.',
  },
];

/** Who must have a second factor, and who has none yet. */
export const FactorPolicy = ({users}: {users: User[]}) => {
  const {data, error, refetch} = useGet<Answer<typeof getSecondFactorPolicy>>(path);
  const [asking, setAsking] = useState<NeededOf | null>(null);
  const save = useAct(
    (neededOf: NeededOf) => request<Answer<typeof putSecondFactorPolicy>>('PUT', path, {neededOf}),
    path,
  );
  const without = users.filter(user => !user.secondFactor && !user.disabledAt && !user.invited);
  const own = save.error instanceof ApiError && save.error.code === 'accounts.own_factor_first';
  if (error)
    return <LoadFailed what="Who needs a second factor" error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="who needs a second factor" />;
  return (
    <Section
      title="Who needs a second factor"
      hint={
        without.length === 0
          ? 'Everybody has one'
          : `${plural(without.length, 'person has', 'people have')} none`
      }
    >
      <fieldset className="panel pad">
        <legend className="vh">Who needs a second factor</legend>
        {choices.map(({value, label, means}) => (
          <label key={value} className="check top" style={{display: 'flex', padding: '4px 0'}}>
            <input
              type="radio"
              name="needed-of"
              checked={data.neededOf === value}
              disabled={save.busy}
              onChange={() => setAsking(value)}
            />
            <span>
              <b>{label}.</b> <span className="t2">{means}</span>
            </span>
          </label>
        ))}
        {save.error && asking === null ? (
          <Note tone="da">
            {messageOf(save.error)}
            {own ? (
              <>
                {' '}
                <Link to="/second-factor" search={{next: '/admin/people'}}>
                  Set it up now
                </Link>
              </>
            ) : null}
          </Note>
        ) : null}
      </fieldset>
      <Consequence
        open={asking !== null}
        title="Change who needs a second factor"
        act="Change it"
        busy={save.busy}
        error={null}
        danger={asking === 'nobody'}
        onClose={() => setAsking(null)}
        onAct={() => {
          if (asking) void save.act(asking).then(() => setAsking(null));
        }}
      >
        <p>
          <b>{choices.find(({value}) => value === asking)?.label}.</b>{' '}
          {asking === 'everybody'
            ? without.length === 0
              ? 'Everybody has one already; nobody notices.'
              : `${plural(without.length, 'person has', 'people have')} none: they are stopped at once, wherever they are in the console, until they have set one up. Agents in a conversation need their phone beside them.`
            : asking === 'new_people'
              ? 'Who was invited before today is not asked any more, unless they have set one up.'
              : 'Who has set one up is still asked for it, and may turn it off.'}
        </p>
        <p>The change is written to the audit log.</p>
      </Consequence>
    </Section>
  );
};
