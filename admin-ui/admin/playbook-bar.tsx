import {NumberInput} from '@mantine/core';
import {type FormEvent, useState} from 'react';
import type {putPlaybook} from '../../appliance/features/qualification/qualification.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, request} from '../shared/api.ts';
import {Note} from '../shared/components/state.tsx';
import {messageOf} from '../shared/field-errors.ts';
import {type Playbook, reachable} from './playbook-words.ts';

/** The one number that decides who is a lead: moved here, seen against what the rules can give. */
export const PlaybookBar = ({id, version, playbook}: {id: string; version: number; playbook: Playbook}) => {
  const [bar, setBar] = useState<number | string>(playbook.bar);
  const {act, busy, error, result} = useAct(
    (content: Playbook) =>
      request<Answer<typeof putPlaybook>>('PUT', `/api/admin/playbooks/${encodeURIComponent(id)}`, {content}),
    '/api/admin/playbooks',
  );
  const most = reachable(playbook);
  const points = Number(bar);
  const problem =
    bar === '' || !Number.isInteger(points) || points < 1
      ? 'Write a whole number, 1 or more.'
      : points > most
        ? `The rules give at most ${most}: nobody would ever be a lead.`
        : null;
  const changed = problem === null && points !== playbook.bar;
  const low = Math.min(points, playbook.bar);
  const high = Math.max(points, playbook.bar) - 1;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (changed) await act({...playbook, bar: points});
  };
  const at = (value: number) => `${most === 0 ? 0 : Math.max(0, Math.min(100, (value / most) * 100))}%`;
  return (
    <form className="panel form col" onSubmit={event => void send(event)} noValidate>
      <div className="barline">
        <NumberInput
          label="Points from which a visitor is a lead"
          description={`Between 1 and ${most}.`}
          min={1}
          max={most}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          hideControls
          value={bar}
          error={problem ?? undefined}
          onChange={setBar}
        />
        <div
          className="scale"
          role="img"
          aria-label={`The bar stands at ${problem === null ? points : playbook.bar} of ${most} points`}
        >
          <i className="fill" style={{left: at(problem === null ? points : playbook.bar)}} />
          {changed ? <i className="was" style={{left: at(playbook.bar)}} /> : null}
          <i className="now" style={{left: at(problem === null ? points : playbook.bar)}} />
          <span>0</span>
          <span>{most}</span>
        </div>
      </div>
      {changed ? (
        <Note tone="in" title={`Version ${version + 1}, not in force yet.`}>
          Visitors with {low === high ? `${low} points` : `${low} to ${high} points`}{' '}
          {points < playbook.bar ? 'can be leads from then on' : 'will no longer become leads'}. Leads that
          are there stay.
        </Note>
      ) : null}
      {error ? (
        <Note tone="da" title="Nothing was changed.">
          {messageOf(error)}
        </Note>
      ) : null}
      {result && !changed ? (
        <Note tone="ok" title={`Version ${result.value.playbook.version} is in force.`}>
          Conversations use it from their next message on.
        </Note>
      ) : null}
      <div className="row buttons">
        <span className="sp" />
        {changed ? (
          <button type="button" className="btn" onClick={() => setBar(playbook.bar)}>
            Back to {playbook.bar}
          </button>
        ) : null}
        <button type="submit" className={changed ? 'btn p' : 'btn'} aria-disabled={!changed || busy}>
          {busy ? 'Saving' : 'Save as a new version'}
        </button>
      </div>
    </form>
  );
};
