import {useSearch} from '@tanstack/react-router';
import {useRef, useState} from 'react';
import {daysProblem} from '../../../shared/check.ts';
import {LoadFailed, Loading} from '../../../shared/components/empty.tsx';
import {Page, Section} from '../../../shared/components/page.tsx';
import {Note, Standing} from '../../../shared/components/state.tsx';
import {formatInstant, formatRelative, plural} from '../../../shared/format.ts';
import {useGet} from '../../../shared/query.ts';
import {useSession} from '../../../shared/session.tsx';
import {ClockNote} from '../../clock-note.tsx';
import {DryRunOfChange} from './dry-run.tsx';
import {Holds} from './holds.tsx';
import {Minimums} from './minimums.tsx';
import {Outcome} from './outcome.tsx';
import {Periods} from './periods.tsx';
import {
  categoriesOf,
  changesOf,
  changeWords,
  countOf,
  type Draft,
  type DryRun,
  organisation,
  path,
  periodsOf,
  type Retention,
  useDryRun,
  valueOf,
} from './retention.ts';
import {Runs} from './runs.tsx';

const total = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const stateOf = (data: Retention): {tone: 'ok' | 'at' | 'in'; state: string} => {
  const [last] = data.runs;
  if (data.time.doubt?.why === 'ahead') return {tone: 'at', state: 'Held back: the clock is doubted.'};
  if (!last) return {tone: 'in', state: 'The first run has not happened yet.'};
  if (last.state === 'running' || last.state === 'queued')
    return {
      tone: 'in',
      state: `A run is under way: ${plural(total(last.removed), 'record')} deleted so far.`,
    };
  if (last.state !== 'finished') return {tone: 'at', state: 'The last run deleted nothing.'};
  return {tone: 'ok', state: `On schedule. The last run deleted ${plural(total(last.removed), 'record')}.`};
};

const Top = ({
  data,
  dry,
  changing,
  onSee,
}: {
  data: Retention;
  dry: DryRun | undefined;
  changing: boolean;
  onSee: () => void;
}) => (
  <Standing
    {...stateOf(data)}
    meaning={`Every night, what is older than its limit is deleted, except what a legal hold or a law keeps.${
      dry ? ` If the run happened now it would delete ${plural(countOf(dry), 'record')}.` : ''
    }`}
    next={
      data.time.doubt?.why === 'ahead'
        ? 'Look at the clock below. Nothing is deleted before.'
        : changing
          ? 'You have a change that is not in force. Read its dry run before it can be.'
          : `Nothing now. The next run begins ${formatRelative(data.nextRunAt)} (${formatInstant(data.nextRunAt)}).`
    }
    {...(changing
      ? {
          action: (
            <button type="button" className="btn" onClick={onSee}>
              Go to the dry run
            </button>
          ),
        }
      : {})}
  />
);

const problemsOf = (data: Retention, draft: Draft, place: string): Record<string, string> =>
  Object.fromEntries(
    categoriesOf(place).flatMap(({key}) => {
      const value = valueOf(data, draft, place, key);
      const problem = place !== organisation && value === '' ? null : daysProblem(value);
      return problem === null ? [] : [[key, problem]];
    }),
  );

const Body = ({data}: {data: Retention}) => {
  const readOnly = useSession().user.role !== 'administrator';
  const mayRead = useSession().user.role !== 'auditor';
  const {hold} = useSearch({from: '/console-shell/admin/retention'});
  const {data: dryNow} = useDryRun(undefined);
  const [place, setPlace] = useState(organisation);
  const [draft, setDraft] = useState<Draft>({});
  const [saved, setSaved] = useState<string | null>(null);
  const dry = useRef<HTMLDivElement>(null);
  const changes = changesOf(data, draft);
  const isWhole = [organisation, ...data.sites.map(({siteId}) => siteId)].every(
    one => Object.keys(problemsOf(data, draft, one)).length === 0,
  );
  const changing = changes.length > 0 && isWhole;
  const proposed = periodsOf(data, draft);
  return (
    <>
      <Top data={data} dry={dryNow} changing={changing} onSee={() => dry.current?.focus()} />
      <ClockNote time={data.time} />
      <Section title="How long each category is kept" hint="Enforced every night">
        <Periods
          data={data}
          draft={draft}
          place={place}
          dry={dryNow}
          readOnly={readOnly}
          problems={problemsOf(data, draft, place)}
          onPlace={setPlace}
          onChange={(key, days) => {
            setSaved(null);
            setDraft({...draft, [place]: {...draft[place], [key]: days}});
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
        <DryRunOfChange
          ref={dry}
          key={JSON.stringify(proposed)}
          data={data}
          changes={changes}
          proposed={proposed}
          onDiscard={() => setDraft({})}
          onSaved={() => {
            setDraft({});
            setSaved(`${changes.map(one => changeWords(data, one)).join('. ')}. The next run follows it.`);
          }}
        />
      ) : dryNow ? (
        <Section title="If the run happened now" hint="A dry run: nothing was deleted">
          <div className="panel pad">
            <Outcome dry={dryNow} />
          </div>
        </Section>
      ) : null}
      {mayRead ? <Holds sites={data.sites} readOnly={readOnly} about={hold} /> : null}
      <Minimums data={data} readOnly={readOnly} />
      <Section title="Past runs" hint="What each deleted, and its signed receipt">
        <Runs runs={data.runs} />
      </Section>
    </>
  );
};

const underWay = 2_000;
const otherwise = 60_000;

const RetentionPage = () => {
  const {data, error, refetch} = useGet<Retention>(path, {
    every: now => (now?.runs.some(({state}) => state === 'running') ? underWay : otherwise),
  });
  return (
    <Page title="Retention">
      {error ? (
        <LoadFailed what="The retention periods" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Body data={data} />
      ) : (
        <Loading what="the retention periods" rows={6} />
      )}
    </Page>
  );
};
export default RetentionPage;
