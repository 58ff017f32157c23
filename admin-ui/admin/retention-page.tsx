import {useRef, useState} from 'react';
import type {getRetention} from '../../appliance/features/privacy/privacy.schema.ts';
import type {Answer} from '../shared/api.ts';
import {daysProblem} from '../shared/check.ts';
import {LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Note, Standing} from '../shared/components/state.tsx';
import {formatInstant, formatNumber, formatRelative, plural} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import {useSession} from '../shared/session.tsx';
import {type RetentionCategory, retentionCategories} from '../shared/retention-words.ts';
import {type Days, RetentionChange} from './retention-change.tsx';
import {RetentionRuns} from './retention-runs.tsx';
import {RetentionTable} from './retention-table.tsx';

export type Retention = Answer<typeof getRetention>;

export const total = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const Top = ({data, changing, onSee}: {data: Retention; changing: boolean; onSee: () => void}) => {
  const last = data.runs[0];
  const next = changing
    ? 'You have a change that is not in force. Read its dry run before it can be.'
    : 'Nothing now.';
  const action = changing ? (
    <button type="button" className="btn" onClick={onSee}>
      Go to the dry run
    </button>
  ) : undefined;
  if (last && last.finishedAt === null)
    return (
      <Standing
        tone="at"
        state="The last run did not finish."
        meaning={`It began ${formatRelative(last.startedAt)} and left no end. What it had removed stays removed; the next one goes on.`}
        next="Look at the overview: it says whether the nightly jobs run."
      />
    );
  return (
    <Standing
      tone={last ? 'ok' : 'in'}
      state={
        last
          ? `On schedule. The last run deleted ${plural(total(last.removed), 'record')}.`
          : 'The first run has not happened yet.'
      }
      meaning={`Every night, what is older than its limit is deleted. If the run happened now it would delete ${plural(total(data.wouldRemove), 'record')}.`}
      next={
        changing
          ? next
          : `${next} The next run begins ${formatRelative(data.nextRunAt)} (${formatInstant(data.nextRunAt)}).`
      }
      {...(action === undefined ? {} : {action})}
    />
  );
};

const RetentionPage = () => {
  const {data, error, refetch} = useGet<Retention>('/api/admin/retention');
  const readOnly = useSession().user.role !== 'administrator';
  const [draft, setDraft] = useState<Partial<Record<RetentionCategory, number | string>>>({});
  const [saved, setSaved] = useState<string | null>(null);
  const dry = useRef<HTMLDivElement>(null);
  if (error)
    return (
      <Page title="Retention">
        <LoadFailed what="The retention periods" error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (!data)
    return (
      <Page title="Retention">
        <Loading what="the retention periods" rows={6} />
      </Page>
    );
  const value = (key: RetentionCategory) => draft[key] ?? data.days[key];
  const problems = Object.fromEntries(
    retentionCategories.flatMap(({key}) => {
      const problem = daysProblem(value(key));
      return problem === null ? [] : [[key, problem]];
    }),
  );
  const changed = retentionCategories.filter(({key}) => Number(value(key)) !== data.days[key]);
  const proposed: Days = {
    conversations: Number(value('conversations')),
    leads: Number(value('leads')),
    usage: Number(value('usage')),
  };
  const changing = changed.length > 0 && Object.keys(problems).length === 0;
  return (
    <Page title="Retention">
      <Top data={data} changing={changing} onSee={() => dry.current?.focus()} />
      <Section title="How long each category is kept" hint="Enforced every night">
        <RetentionTable
          data={data}
          readOnly={readOnly}
          value={value}
          problems={problems}
          onChange={(key, days) => {
            setSaved(null);
            setDraft({...draft, [key]: days});
          }}
        />
      </Section>
      {saved === null ? null : (
        <div style={{marginBottom: 28}}>
          <Note tone="ok" title="In force.">
            {saved}
          </Note>
        </div>
      )}
      {changing ? (
        <RetentionChange
          ref={dry}
          key={JSON.stringify(proposed)}
          days={data.days}
          proposed={proposed}
          nextRunAt={data.nextRunAt}
          onDiscard={() => setDraft({})}
          onSaved={() => {
            setDraft({});
            setSaved(
              `${changed
                .map(
                  ({key, label}) =>
                    `${label}: ${formatNumber(data.days[key])} to ${formatNumber(proposed[key])} days`,
                )
                .join('. ')}. The next run follows it.`,
            );
          }}
        />
      ) : null}
      <Section title="Past runs" hint="What each deleted">
        <RetentionRuns runs={data.runs} />
      </Section>
    </Page>
  );
};
export default RetentionPage;
