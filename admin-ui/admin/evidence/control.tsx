import {CopyBox} from '../../shared/components/copy.tsx';
import {State} from '../../shared/components/state.tsx';
import {Ago} from '../../shared/components/time.tsx';
import {formatInstant, formatNumber, formatWhole} from '../../shared/format.ts';
import {type ControlView, controlWords, historyInWords} from './words.ts';

const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const written = (value: ControlView['evidence'][string]): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(written).join(', ');
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === null) return 'none';
  return typeof value === 'string' && instant.test(value) ? formatWhole(value) : value;
};
/** `rootHash` → `root hash`. */
const spoken = (name: string): string => name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

const History = ({control}: {control: ControlView}) =>
  control.history.length === 0 ? null : (
    <div className="past">
      <div className="strip" role="img" aria-label={historyInWords(control, formatInstant)}>
        {control.history.slice(-30).map(({at, state}) => (
          <i
            key={at}
            className={controlWords[state].tone}
            title={`${formatInstant(at)}: ${controlWords[state].word}`}
          />
        ))}
      </div>
      <p className="s13 dim">{historyInWords(control, formatInstant)}</p>
    </div>
  );

/** One check: what it claims, what it saw and when, how it was before, and the code that keeps it. */
export const Control = ({
  control,
  busy,
  onCheck,
}: {
  control: ControlView;
  busy: boolean;
  /** Absent for who may not order one. */
  onCheck?: (() => void) | undefined;
}) => {
  const {tone, word} = controlWords[control.state];
  const facts = Object.entries(control.evidence);
  return (
    <li className={control.state === 'broken' ? 'control da' : 'control'}>
      <div className="row wrap">
        <b className="mono">{control.id}</b>
        <State tone={tone}>{word}</State>
        <span className="sp" />
        <span className="s13 dim">
          {control.checkedAt === null ? 'Not checked yet' : <Ago at={control.checkedAt} />}
        </span>
        {onCheck ? (
          <button
            type="button"
            className="btn sm"
            disabled={busy}
            onClick={onCheck}
            aria-label={`Check ${control.id} now`}
          >
            Check now
          </button>
        ) : null}
      </div>
      <p>{control.claim}</p>
      <p className={control.state === 'broken' ? 'break' : 't2 break'}>{control.found}</p>
      {facts.length === 0 ? null : (
        <dl className="kv s13 saw" aria-label={`What ${control.id} looked at`}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{spoken(name)}</dt>
              <dd className="break">{written(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <History control={control} />
      <p className="s13 dim">
        Kept by{' '}
        {control.enforcedBy.map((file, at) => (
          <span key={file}>
            {at === 0 ? '' : ', '}
            <span className="mono break">{file}</span>
          </span>
        ))}
      </p>
    </li>
  );
};

export const VerifyLine = () => (
  <CopyBox text="node verify-evidence.mjs evidence.zip --key KEY" what="command" />
);
