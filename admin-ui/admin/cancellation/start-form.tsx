import {NativeSelect, TextInput} from '@mantine/core';
import {IconLock} from '@tabler/icons-react';
import {useState} from 'react';
import type {startCancellation} from '../../../appliance/features/licensing/licensing.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Body, request} from '../../shared/api.ts';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {addDays, browserZone, type CancellationView, dateIn, dayIn, path, timeZones} from './words.ts';

/** What will happen, with its dates; then the name of the organisation, typed. */
export const StartForm = ({data}: {data: CancellationView}) => {
  const [timeZone, setTimeZone] = useState(browserZone);
  const [stopWidget, setStopWidget] = useState(false);
  const [typed, setTyped] = useState('');
  const start = useAct(
    (body: Body<typeof startCancellation>) => request<CancellationView>('POST', path, body),
    path,
  );
  const unlocked = typed.trim() === data.company.trim();
  const date = (days: number) => dateIn(addDays(data.time.now, days), timeZone);
  const day = (days: number) => dayIn(addDays(data.time.now, days), timeZone);
  return (
    <Section title="Cancel" hint="Nothing happens until the last step">
      <div className="dry">
        <div className="body">
          <p className="lead">
            If you cancel now, everything this appliance keeps is deleted on <b>{day(30)}</b>.
          </p>
          <ul className="bullets">
            <li>
              Deleted are conversations, leads, documents, playbooks, settings, people’s accounts and all keys
              they are encrypted with. Nobody can bring them back after that.
            </li>
            <li>
              All administrators and the privacy contact are reminded today, on {date(23)} and on {date(29)},
              here
              {data.mail === 'set' ? ' and by mail' : ' only: no mail server is set'}.
            </li>
            <li>Until then you can make and download a last export of all data.</li>
            <li>
              Any administrator can take the cancellation back until the last minute; then everything stays.
            </li>
            <li>
              What stays in the end is a signed certificate of the deletion, the key it is verified with, and
              the audit log.
            </li>
          </ul>
          <NativeSelect
            label="The dates are told in the time of"
            description="Your organisation’s time zone."
            data={timeZones()}
            value={timeZone}
            maw={460}
            onChange={event => setTimeZone(event.currentTarget.value)}
          />
          <fieldset className="col plain">
            <legend>Until then, the widget on your websites</legend>
            <label className="check top">
              <input type="radio" name="widget" checked={!stopWidget} onChange={() => setStopWidget(false)} />
              <span>
                <b>keeps working.</b> <span className="t2">Visitors notice nothing until the last day.</span>
              </span>
            </label>
            <label className="check top">
              <input type="radio" name="widget" checked={stopWidget} onChange={() => setStopWidget(true)} />
              <span>
                <b>stops at once.</b>{' '}
                <span className="t2">No new chat begins. You can let it work again on this page.</span>
              </span>
            </label>
          </fieldset>
        </div>
        <div className="foot">
          <TextInput
            label={`Type the name of the organisation: ${data.company}`}
            description="It unlocks the last step."
            autoComplete="off"
            value={typed}
            maw={460}
            onChange={event => setTyped(event.currentTarget.value)}
          />
          {start.error ? <Note tone="da">{messageOf(start.error)}</Note> : null}
          <div className="row wrap">
            <span className="sp" />
            <button
              type="button"
              className={unlocked ? 'btn df' : 'btn'}
              aria-disabled={!unlocked || start.busy}
              onClick={() => {
                if (unlocked && !start.busy) void start.act({confirmation: typed, timeZone, stopWidget});
              }}
            >
              {unlocked ? null : <IconLock className="i s" aria-hidden />}
              Cancel, and delete everything in 30 days
              {unlocked ? null : <span className="vh"> (locked: type the name above)</span>}
            </button>
          </div>
        </div>
      </div>
    </Section>
  );
};
