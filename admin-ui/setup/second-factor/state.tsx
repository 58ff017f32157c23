import {useState} from 'react';
import type {renewRecoveryCodes} from '../../../appliance/features/accounts/second-factor.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {plural} from '../../shared/format.ts';
import {queryClient} from '../../shared/query.ts';
import {type Session, sessionQuery} from '../../shared/session.tsx';

type Standing = NonNullable<Session['secondFactor']>;

/** Whether it is on, how many recovery codes are left, and what can be done about both. */
export const FactorState = ({
  factor,
  onSetUp,
  onCodes,
}: {
  factor: Standing;
  onSetUp: () => void;
  onCodes: (codes: string[]) => void;
}) => {
  const [asking, setAsking] = useState<'codes' | 'off' | null>(null);
  const renew = useAct(() =>
    request<Answer<typeof renewRecoveryCodes>>('POST', '/api/session/recovery-codes'),
  );
  const turnOff = useAct(() => request('DELETE', '/api/session/second-factor'));
  const again = () => queryClient.invalidateQueries({queryKey: sessionQuery.queryKey});
  const makeCodes = async () => {
    const done = await renew.act(undefined);
    if (!done) return;
    setAsking(null);
    onCodes(done.value.recoveryCodes);
    await again();
  };
  const goWithout = async () => {
    if (!(await turnOff.act(undefined))) return;
    setAsking(null);
    await again();
  };
  if (!factor.on)
    return (
      <div className="panel pad col factor">
        <div>
          <State tone="no">Off</State>
        </div>
        <p className="t2">
          With a second factor, whoever learns your password still cannot sign in: a code from your phone is
          asked as well.
        </p>
        <div className="row">
          <button type="button" className="btn p" onClick={onSetUp}>
            Set it up
          </button>
        </div>
      </div>
    );
  const few = factor.recoveryCodesLeft < 3;
  return (
    <div className="panel pad col factor">
      <dl className="kv">
        <dt>State</dt>
        <dd>
          <State tone="ok">On</State>
        </dd>
        <dt>Recovery codes</dt>
        <dd>
          {few ? (
            <State tone="at">{factor.recoveryCodesLeft} left</State>
          ) : (
            plural(factor.recoveryCodesLeft, 'code')
          )}
          {few ? ' Make new ones.' : ' left'}
        </dd>
        <dt>Needed</dt>
        <dd>{factor.needed ? 'Yes, everybody here like you must have it.' : 'No, it is your choice.'}</dd>
      </dl>
      {turnOff.error && asking === null ? <Note tone="da">{messageOf(turnOff.error)}</Note> : null}
      <div className="row wrap">
        <button type="button" className="btn" onClick={() => setAsking('codes')}>
          New recovery codes
        </button>
        <button type="button" className="btn" onClick={onSetUp}>
          Set up another phone
        </button>
        {factor.needed ? null : (
          <button type="button" className="btn d" onClick={() => setAsking('off')}>
            Turn off
          </button>
        )}
      </div>
      <Consequence
        open={asking === 'codes'}
        title="New recovery codes"
        act="Make ten new codes"
        danger={false}
        busy={renew.busy}
        error={renew.error}
        onClose={() => setAsking(null)}
        onAct={() => void makeCodes()}
      >
        <p>The codes you have now are good for nothing from then on. The new ones are shown once.</p>
      </Consequence>
      <Consequence
        open={asking === 'off'}
        title="Turn the second factor off"
        act="Turn it off"
        busy={turnOff.busy}
        error={turnOff.error}
        onClose={() => setAsking(null)}
        onAct={() => void goWithout()}
      >
        <p>
          Your password alone is then enough to sign in as you. App and recovery codes are forgotten here.
        </p>
      </Consequence>
    </div>
  );
};
