import {useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {pseudonym} from '../../shared/roles.ts';
import {purposeWord} from '../purpose-words.ts';
import {useRegionLabel} from '../regions.ts';
import {basisWords} from '../exception.tsx';
import type {Residency, Widening} from './words.ts';

/** Line by line what would be reached that is not reached now. */
const Difference = ({before, after}: Pick<Widening, 'before' | 'after'>) => {
  const regionLabel = useRegionLabel();
  const lines = (one: Widening['after']): [string, string][] => [
    ['Host', `${one.host}:${one.port}${one.plain ? ', without TLS' : ''}`],
    ['Region', `${regionLabel(one.region)}${one.private ? ', own network' : ''}`],
    ['For', purposeWord(one.purpose)],
    ['Data', one.categories.length === 0 ? 'None that is personal' : one.categories.join(', ')],
    ...(one.exception
      ? ([
          ['Exception until', one.exception.until.slice(0, 10)],
          ['On the basis of', basisWords[one.exception.basis]],
          ['Because', one.exception.reason],
        ] satisfies [string, string][])
      : []),
  ];
  const old = new Map(before ? lines(before) : []);
  return (
    <dl className="kv">
      {lines(after).map(([name, value]) => (
        <div key={name} style={{display: 'contents'}}>
          <dt>{name}</dt>
          <dd className="break">
            {old.has(name) && old.get(name) !== value ? (
              <>
                <del className="dim">{old.get(name)}</del> <ins>{value}</ins>
              </>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
};

const One = ({widening, may, named}: {widening: Widening; may: boolean; named: (who: string) => string}) => {
  const [asking, setAsking] = useState<'approve' | 'withdraw' | null>(null);
  const {act, busy, error, clear} = useAct(
    (what: 'approve' | 'withdraw') => request('POST', `/api/admin/widenings/${widening.id}/${what}`),
    '/api/admin',
  );
  const close = () => {
    setAsking(null);
    clear();
  };
  const {own, opensAt, lapsesAt, after} = widening;
  return (
    <article className="panel form col" aria-label={`${after.host}, waits`}>
      <div className="row wrap">
        <b className="mono break">
          {after.host}:{after.port}
        </b>
        <State tone="in">
          {widening.kind === 'exception' ? 'A new end of an exception' : 'Waits for approval'}
        </State>
      </div>
      <Difference before={widening.before} after={after} />
      <blockquote className="t2 break" style={{margin: 0}}>
        “{widening.statement}”
      </blockquote>
      <p className="dim s13">
        Signed by {named(widening.askedBy)}, <Time at={widening.askedAt} />.{' '}
        {opensAt === null ? (
          <>
            It can be approved until <Time at={lapsesAt} />.
          </>
        ) : (
          <>
            There was no second administrator: it takes force on <Time at={opensAt} />, unless somebody
            withdraws it.
          </>
        )}
      </p>
      {may ? (
        <div className="row wrap buttons">
          {own ? (
            <span className="dim s13">You asked for it, so another administrator approves it.</span>
          ) : (
            <button type="button" className="btn p" onClick={() => setAsking('approve')}>
              Approve<span className="vh"> {after.host}</span>
            </button>
          )}
          <span className="sp" />
          <button type="button" className="btn d" onClick={() => setAsking('withdraw')}>
            {own ? 'Withdraw' : 'Refuse'}
            <span className="vh"> {after.host}</span>
          </button>
        </div>
      ) : null}
      <Consequence
        open={asking === 'approve'}
        title={`Let data go to ${after.host}`}
        act="Approve it"
        danger={false}
        busy={busy}
        error={error}
        onClose={close}
        onAct={() => void act('approve').then(done => done && close())}
      >
        <p>
          The appliance may send what is listed there from this moment on, and what waits for it leaves by
          itself. Register and privacy notice change with it.
        </p>
        <p>Your name and the time are recorded beside those of {named(widening.askedBy)}.</p>
      </Consequence>
      <Consequence
        open={asking === 'withdraw'}
        title={`Keep data from ${after.host}`}
        act={own ? 'Withdraw it' : 'Refuse it'}
        busy={busy}
        error={error}
        onClose={close}
        onAct={() => void act('withdraw').then(done => done && close())}
      >
        <p>
          {widening.kind === 'exception'
            ? 'The exception stays as it is now.'
            : 'Nothing is sent there. What was to use it stays as it is, switched off from the network; saving it again asks anew.'}
        </p>
      </Consequence>
      {error && asking === null ? <Note tone="da">{messageOf(error)}</Note> : null}
    </article>
  );
};

/** More may be reached only when two people agree: what was asked for, what would change, and the two answers. */
export const Waiting = ({data, may, auditor}: {data: Residency; may: boolean; auditor: boolean}) => {
  if (data.waiting.length === 0) return null;
  const named = (who: string) => (auditor ? pseudonym(who) : who);
  return (
    <Section title="Waits for a second person" hint="Nothing goes there before">
      <div className="col">
        {data.waiting.map(widening => (
          <One key={widening.id} widening={widening} may={may} named={named} />
        ))}
      </div>
    </Section>
  );
};
