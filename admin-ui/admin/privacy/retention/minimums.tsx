import {NumberInput, TextInput} from '@mantine/core';
import {type FormEvent, useState} from 'react';
import {useAct} from '../../../shared/act.ts';
import {request} from '../../../shared/api.ts';
import {daysProblem} from '../../../shared/check.ts';
import {Section} from '../../../shared/components/page.tsx';
import {formatNumber, plural} from '../../../shared/format.ts';
import {type RetentionCategory, retentionCategories} from '../../../shared/retention-words.ts';
import {FormFoot} from '../../../shared/components/form-foot.tsx';
import {path, type Retention} from './retention.ts';

type Typed = Record<RetentionCategory, {days: number | string; law: string}>;

const typedOf = ({minimums}: Retention): Typed =>
  Object.fromEntries(
    retentionCategories.map(({key}) => {
      const one = minimums.find(({category}) => category === key);
      return [key, {days: one?.days ?? '', law: one?.law ?? ''}];
    }),
  ) as Typed;

const Form = ({data, onClose}: {data: Retention; onClose: (saved: boolean) => void}) => {
  const [typed, setTyped] = useState(() => typedOf(data));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const {act, busy, error} = useAct(
    (minimums: object[]) => request('PUT', `${path}/minimums`, {minimums}),
    path,
  );
  const change = (key: RetentionCategory, part: Partial<Typed[RetentionCategory]>) =>
    setTyped({...typed, [key]: {...typed[key], ...part}});
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    const minimums = retentionCategories.flatMap(({key}) => {
      const {days, law} = typed[key];
      if (days === '' && law.trim() === '') return [];
      const problem = daysProblem(days);
      if (problem) found[`${key}.days`] = problem;
      if (law.trim() === '') found[`${key}.law`] = 'Name the law that demands it.';
      return [{category: key, days: Number(days), law: law.trim()}];
    });
    setProblems(found);
    if (Object.keys(found).length === 0 && !busy && (await act(minimums))) onClose(true);
  };
  return (
    <form className="panel form col" noValidate onSubmit={event => void send(event)}>
      {retentionCategories.map(({key, label}) => (
        <div key={key} className="fields">
          <NumberInput
            label={`${label}: at least so many days`}
            hideControls
            allowDecimal={false}
            allowNegative={false}
            clampBehavior="none"
            value={typed[key].days}
            error={problems[`${key}.days`]}
            onChange={days => change(key, {days})}
          />
          <TextInput
            label={`${label}: the law that demands it`}
            autoComplete="off"
            maxLength={200}
            value={typed[key].law}
            error={problems[`${key}.law`]}
            onChange={event => change(key, {law: event.currentTarget.value})}
          />
        </div>
      ))}
      <FormFoot
        error={error}
        failed="Nothing was changed."
        save="Save"
        busy={busy}
        onCancel={() => onClose(false)}
      />
    </form>
  );
};

/** What a law demands to be kept: asked to be erased before, it is kept and not used (Art. 18), and erased when it ends. */
export const Minimums = ({data, readOnly}: {data: Retention; readOnly: boolean}) => {
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title="Lawful minimum"
      hint="Asked to be erased before, data is restricted: kept, and used for nothing"
      aside={
        readOnly || editing ? undefined : (
          <button type="button" className="btn sm" onClick={() => setEditing(true)}>
            Change
          </button>
        )
      }
    >
      {editing ? (
        <Form data={data} onClose={() => setEditing(false)} />
      ) : (
        <div className="panel pad">
          <dl className="kv">
            {retentionCategories.map(({key, label}) => {
              const one = data.minimums.find(({category}) => category === key);
              return [
                <dt key={`${key} t`}>{label}</dt>,
                <dd key={`${key} d`}>
                  {one ? (
                    `At least ${formatNumber(one.days)} days, by ${one.law}`
                  ) : (
                    <span className="dim">No law named</span>
                  )}
                </dd>,
              ];
            })}
            <dt>Restricted now</dt>
            <dd>{data.restricted === 0 ? 'Nobody' : plural(data.restricted, 'person', 'persons')}</dd>
          </dl>
        </div>
      )}
    </Section>
  );
};
