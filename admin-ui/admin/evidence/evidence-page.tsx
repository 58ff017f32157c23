import {NativeSelect} from '@mantine/core';
import {IconDownload, IconListSearch, IconRefresh} from '@tabler/icons-react';
import {useState} from 'react';
import type {postChecks} from '../../../appliance/features/privacy/evidence/evidence.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, request} from '../../shared/api.ts';
import {Empty, LoadFailed, Loading, NothingMatches} from '../../shared/components/empty.tsx';
import {Segments} from '../../shared/components/expand.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {formatInstant} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {useSession} from '../../shared/session.tsx';
import {VerifyLine} from './control.tsx';
import {PromiseRow} from './promise.tsx';
import {Top} from './top.tsx';
import {
  type EvidenceView,
  type Framework,
  frameworks,
  groups,
  needsAttention,
  path,
  type Shown,
} from './words.ts';
import './evidence.css';

const choices = (Object.keys(frameworks) as Framework[]).map(value => ({value, label: frameworks[value]}));

const Running = ({done, total, control}: NonNullable<EvidenceView['progress']>) => (
  <div className="progress panel pad" role="status">
    <label htmlFor="evidence-progress">
      Checking {control === null ? '' : <span className="mono">{control}</span>}: {done} of {total}
    </label>
    <progress id="evidence-progress" value={done} max={total} />
  </div>
);

const Promises = ({
  view,
  onCheck,
}: {
  view: EvidenceView;
  onCheck?: ((controls: string[]) => void) | undefined;
}) => {
  const [shown, setShown] = useState<Shown>('all');
  const [framework, setFramework] = useState<Framework>('gdpr');
  const waiting = view.promises.filter(needsAttention);
  const options = [
    {value: 'all' as const, label: `All ${view.promises.length}`},
    {value: 'attention' as const, label: `Needs attention ${waiting.length}`},
    ...(Object.keys(groups) as (keyof typeof groups)[]).map(value => ({value, label: groups[value]})),
  ];
  const rows =
    shown === 'all'
      ? view.promises
      : shown === 'attention'
        ? waiting
        : view.promises.filter(({group}) => group === shown);
  return (
    <Section title="Promises" hint="Each with the checks that could find it broken">
      <div className="filters">
        <Segments label="Which promises" options={options} value={shown} onChange={setShown} />
        <NativeSelect
          label="Map to"
          data={choices}
          value={framework}
          onChange={event => setFramework(event.currentTarget.value as Framework)}
        />
      </div>
      {rows.length === 0 ? (
        <NothingMatches what="promises" onClear={() => setShown('all')} />
      ) : (
        <div className="panel">
          <table className="table stack">
            <thead>
              <tr>
                <th>Id</th>
                <th>Promise</th>
                <th>State</th>
                <th>Last check</th>
                <th>{frameworks[framework]}</th>
              </tr>
            </thead>
            {rows.map(promise => (
              <PromiseRow
                key={promise.id}
                promise={promise}
                framework={framework}
                opened={promise.state === 'broken'}
                busy={view.progress !== null}
                onCheck={onCheck}
              />
            ))}
          </table>
        </div>
      )}
    </Section>
  );
};

const Outsiders = () => (
  <Section title="For whoever verifies it" hint="On a machine of their own, with Node and no more">
    <div className="proof">
      <p>
        The pack holds every promise with what its checks saw, the record, the register, the assessment and
        the notice, the last checkpoint of the audit log and its public key, all signed. It is evidence, not
        certification: each sentence says what a check saw at a time, and nothing beyond.
      </p>
      <VerifyLine />
      <p className="s13 dim">
        The program is in the pack. Whoever verifies should have got it, and the key, another way: the key
        stands on the page Audit log.
      </p>
    </div>
  </Section>
);

const EvidencePage = () => {
  const {role} = useSession().user;
  const mayCheck = role !== 'auditor';
  const {data, error, refetch} = useGet<EvidenceView>(path, {
    every: view => (view && view.progress !== null ? 700 : 60_000),
  });
  const check = useAct(
    (controls: string[] | undefined) =>
      request<Answer<typeof postChecks>>('POST', `${path}/checks`, {controls}),
    path,
  );
  const busy = check.busy || (data?.progress ?? null) !== null;
  const onCheck = mayCheck ? (controls?: string[]) => void check.act(controls) : undefined;
  const all = onCheck ? (
    <button type="button" className="btn" disabled={busy} onClick={() => onCheck()}>
      <IconRefresh className="i s" aria-hidden />
      {busy ? 'Checking' : 'Check all now'}
    </button>
  ) : null;
  return (
    <Page
      title="Evidence"
      actions={
        <>
          {all}
          <a className="btn p" href={`${path}/pack`} download>
            <IconDownload className="i s" aria-hidden />
            Evidence pack
          </a>
        </>
      }
    >
      {check.error instanceof Error ? (
        <Note tone="da" title="It could not be checked.">
          {check.error.message}
        </Note>
      ) : null}
      {error ? (
        <LoadFailed what="The evidence" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top view={data} />
          {data.progress === null ? null : <Running {...data.progress} />}
          {data.lastRunAt === null && data.progress === null ? (
            <Empty title="Nothing was checked yet" icon={IconListSearch}>
              Each promise below has checks that look at this server as it runs: at samples of what is stored,
              at the audit log, at what left. They change nothing, take some seconds, and run every night; the
              first time at {formatInstant(data.nextRunAt)}
              {mayCheck ? ', or when you check now' : ''}. Until then nothing counts as kept; an evidence pack
              checks them first.
            </Empty>
          ) : null}
          <Promises view={data} onCheck={onCheck} />
          <Outsiders />
        </>
      ) : (
        <Loading what="the evidence" rows={8} />
      )}
    </Page>
  );
};
export default EvidencePage;
