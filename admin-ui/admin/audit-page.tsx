import {NativeSelect} from '@mantine/core';
import {IconHistory} from '@tabler/icons-react';
import {useState} from 'react';
import type {z} from 'zod';
import type {auditEntry, listAudit} from '../../appliance/features/audit/audit.schema.ts';
import type {Answer} from '../shared/api.ts';
import {Empty, LoadFailed, Loading, NothingMatches} from '../shared/components/empty.tsx';
import {Expand} from '../shared/components/expand.tsx';
import {More} from '../shared/components/more.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Time} from '../shared/components/time.tsx';
import {formatNumber, formatWhole} from '../shared/format.ts';
import {usePages} from '../shared/pages.ts';
import {pseudonym} from '../shared/roles.ts';
import {useSession} from '../shared/session.tsx';
import {useGet} from '../shared/query.ts';
import {
  type AuditState,
  AuditStanding,
  CheckpointSection,
  OutsiderSection,
  WitnessSection,
} from './audit-proof.tsx';
import {ElsewhereSections} from './audit/elsewhere.tsx';
import {auditWords, subjectWord} from './audit-words.ts';

type Entry = z.infer<typeof auditEntry>;

/** An auditor is told no names: the same person is the same id throughout. */
const ActorName = ({entry: {actor}}: {entry: Entry}) => {
  const isAuditor = useSession().user.role === 'auditor';
  if (actor.kind === 'system') return 'The appliance';
  if (actor.kind === 'visitor') return actor.name ?? 'A visitor';
  if (isAuditor && actor.id) return <span className="mono">{pseudonym(actor.id)}</span>;
  return actor.name ?? 'A removed user';
};

/** A detail as a person reads it: lists with commas, numbers as they are, anything deeper as JSON. */
const written = (value: unknown): string => {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every(entry => typeof entry !== 'object')) return value.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null
    ? 'none'
    : JSON.stringify(value)
        .replaceAll(/[{}"]/g, '')
        .replaceAll(/([:,])/g, '$1 ');
};

const Row = ({entry}: {entry: Entry}) => {
  const [open, setOpen] = useState(false);
  const under = `entry-${entry.id}`;
  return (
    <tbody>
      <tr className={open ? 'over' : ''}>
        <td data-l="Entry" className="mono">
          {formatNumber(entry.index)}
        </td>
        <td>
          <Time at={entry.at} />
        </td>
        <td>
          <b>
            <ActorName entry={entry} />
          </b>
        </td>
        <td>
          <Expand open={open} onToggle={() => setOpen(!open)} controls={under}>
            {auditWords[entry.action] ?? <span className="mono break">{entry.action}</span>}
          </Expand>
        </td>
        <td {...(entry.subject ? {'data-l': 'About'} : {})} className="t2">
          {entry.subject ? subjectWord(entry.subject.kind) : null}
        </td>
        <td data-l="Leaf" className="mono dim">
          {entry.leafHash.slice(0, 12)}
        </td>
      </tr>
      {open ? (
        <tr className="under" id={under}>
          <td colSpan={6}>
            <dl className="kv s13">
              <dt>Action</dt>
              <dd className="mono">{entry.action}</dd>
              <dt>When</dt>
              <dd>{formatWhole(entry.at)}</dd>
              {entry.subject ? (
                <>
                  <dt>About</dt>
                  <dd>
                    {subjectWord(entry.subject.kind)} <span className="mono">{entry.subject.id}</span>
                  </dd>
                </>
              ) : null}
              {entry.purpose ? (
                <>
                  <dt>Purpose</dt>
                  <dd>{entry.purpose}</dd>
                </>
              ) : null}
              {Object.entries(entry.detail ?? {}).map(([key, value]) => (
                <div key={key} style={{display: 'contents'}}>
                  <dt>{key}</dt>
                  <dd className="break">{written(value)}</dd>
                </div>
              ))}
              <dt>Leaf hash</dt>
              <dd className="hash">{entry.leafHash}</dd>
              <dt>Proof</dt>
              <dd>
                <a href={`/api/admin/audit/entries/${entry.index}/proof`} download>
                  Download the proof that entry {formatNumber(entry.index)} is in the log
                </a>
              </dd>
            </dl>
          </td>
        </tr>
      ) : null}
    </tbody>
  );
};

const choices = [
  {value: '', label: 'Everything'},
  ...Object.entries(auditWords).map(([value, label]) => ({value, label})),
];

const AuditPage = () => {
  const [action, setAction] = useState('');
  const query = usePages(
    '/api/admin/audit',
    {action: action || undefined},
    (page: Answer<typeof listAudit>) => page.entries,
  );
  const administers = useSession().user.role === 'administrator';
  const state = useGet<AuditState>('/api/admin/audit/state', {
    every: seen => (seen?.witnesses.some(one => one.deliveredAt === null) ? 3_000 : 15_000),
  });
  return (
    <Page title="Audit log">
      {state.error ? (
        <LoadFailed
          what="The state of the audit log"
          error={state.error}
          onRetry={() => void state.refetch()}
        />
      ) : state.data ? (
        <>
          <AuditStanding state={state.data} />
          <CheckpointSection state={state.data} />
          <WitnessSection state={state.data} />
          {administers ? <ElsewhereSections /> : null}
        </>
      ) : (
        <Loading what="the state of the audit log" rows={3} />
      )}
      <Section title="Entries" hint="Newest first">
        <div className="filters">
          <NativeSelect
            label="What"
            data={choices}
            value={action}
            onChange={event => setAction(event.currentTarget.value)}
          />
        </div>
        {query.error ? (
          <LoadFailed what="The audit log" error={query.error} onRetry={() => void query.refetch()} />
        ) : query.first === undefined ? (
          <Loading what="the audit log" rows={8} />
        ) : query.items.length === 0 ? (
          action === '' ? (
            <Empty title="No entries yet" icon={IconHistory}>
              The first one is written when somebody signs in.
            </Empty>
          ) : (
            <NothingMatches what="entries" onClear={() => setAction('')} />
          )
        ) : (
          <div className="panel">
            <table className="table stack">
              <thead>
                <tr>
                  <th>Entry</th>
                  <th>Time</th>
                  <th>Who</th>
                  <th>What</th>
                  <th>About</th>
                  <th>Leaf</th>
                </tr>
              </thead>
              {query.items.map(entry => (
                <Row key={entry.id} entry={entry} />
              ))}
            </table>
          </div>
        )}
        <More query={query} />
      </Section>
      {state.data ? <OutsiderSection state={state.data} /> : null}
    </Page>
  );
};
export default AuditPage;
