import {Link} from '@tanstack/react-router';
import type {replayPlaybook} from '../../../appliance/features/qualification/qualification.schema.ts';
import type {Locale} from '../../../appliance/kit/schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, request} from '../../shared/api.ts';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {formatDay, plural} from '../../shared/format.ts';
import type {Playbook} from './words.ts';

type Result = Answer<typeof replayPlaybook>;

const reasonWords = (one: Result['gained'][number], bar: Result['bar']): string => {
  const rules = one.changes.map(({label, before, after}) => `${label}: ${before} to ${after}`);
  const moved = bar.before === bar.after ? [] : [`bar: ${bar.before} to ${bar.after}`];
  const barred = one.barred ? ['what never makes a lead was changed'] : [];
  return [...barred, ...rules, ...moved].join('; ');
};

const Rows = ({
  title,
  rows,
  count,
  bar,
}: {
  title: string;
  rows: Result['gained'];
  count: number;
  bar: Result['bar'];
}) =>
  rows.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <table className="table stack">
        <thead>
          <tr>
            <th>Conversation</th>
            <th>Points</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(one => (
            <tr key={one.conversationId}>
              <td>
                <Link to="/inbox/$conversationId" params={{conversationId: one.conversationId}}>
                  {one.visitorName ?? one.company ?? `Visitor of ${formatDay(one.updatedAt)}`}
                </Link>
                <small>
                  {[one.visitorName ? one.company : null, formatDay(one.updatedAt)]
                    .filter(Boolean)
                    .join(', ')}
                </small>
              </td>
              <td data-l="Points" className="nowrap">
                {one.before} to <b>{one.after}</b>
              </td>
              <td data-l="Why" className="t2">
                {reasonWords(one, bar)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > rows.length ? (
        <p className="dim s13">
          The newest {rows.length} of {count} are shown.
        </p>
      ) : null}
    </>
  );

const verdict = ({gainedCount, lostCount}: Result): string => {
  if (gainedCount === 0 && lostCount === 0) return 'This change would have qualified the same visitors.';
  const more = gainedCount > 0 ? `${gainedCount} more` : '';
  const fewer = lostCount > 0 ? `${lostCount} no longer` : '';
  return `This change would have qualified ${[more, fewer].filter(Boolean).join(', and ')}.`;
};

/** Past conversations scored by what is in force and by the draft. */
export const Replay = ({
  id,
  content,
  language,
  ready,
}: {
  id: string;
  content: Playbook;
  language: Locale;
  ready: boolean;
}) => {
  const {act, busy, error, result} = useAct((draft: Playbook) =>
    request<Result>('POST', `/api/admin/playbooks/${encodeURIComponent(id)}/replay`, {
      content: draft,
      locale: language,
    }),
  );
  const value = result?.value;
  return (
    <Section title="What it would have changed" hint="Past conversations, scored again">
      <div className="panel form col">
        <p className="t2">
          The newest 500 conversations of this playbook are scored by what is in force and by your draft. What
          a changed question would have brought to light cannot be known. That you looked goes into the audit
          log.
        </p>
        {value ? (
          <>
            <Note tone={value.lostCount > 0 ? 'at' : 'ok'} title={verdict(value)}>
              {value.looked === 0
                ? 'There are no conversations yet to look at.'
                : `${plural(value.looked, 'conversation')}${value.oldest ? ` since ${formatDay(value.oldest)}` : ''}: ${value.qualifiedBefore} qualified as it is, ${value.qualifiedAfter} with the draft.`}
            </Note>
            <Rows
              title="Would have qualified"
              rows={value.gained}
              count={value.gainedCount}
              bar={value.bar}
            />
            <Rows
              title="Would no longer have qualified"
              rows={value.lost}
              count={value.lostCount}
              bar={value.bar}
            />
          </>
        ) : null}
        {error ? <Note tone="da">{messageOf(error)}</Note> : null}
        <div>
          <button
            type="button"
            className="btn"
            aria-disabled={busy || !ready}
            onClick={() => {
              if (!busy && ready) void act(content);
            }}
          >
            {busy ? 'Scoring' : value ? 'Score them again' : 'Score past conversations'}
          </button>
        </div>
      </div>
    </Section>
  );
};
