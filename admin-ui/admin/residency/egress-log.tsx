import {NativeSelect, TextInput} from '@mantine/core';
import {useDebouncedValue} from '@mantine/hooks';
import {IconArrowUpRight, IconDownload} from '@tabler/icons-react';
import {useState} from 'react';
import type {listEgressAttempts} from '../../../appliance/features/privacy/residency.schema.ts';
import {type Answer, withQuery} from '../../shared/api.ts';
import {Empty, LoadFailed, Loading, NothingMatches} from '../../shared/components/empty.tsx';
import {More} from '../../shared/components/more.tsx';
import {Section} from '../../shared/components/page.tsx';
import {State, type Tone} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {formatBytes, formatMs} from '../../shared/format.ts';
import {usePages} from '../../shared/pages.ts';
import {purposeWord, reasonWord} from '../purpose-words.ts';

type Outcome = 'allowed' | 'denied' | 'failed';
const words: Record<Outcome, {tone: Tone; word: string}> = {
  allowed: {tone: 'ok', word: 'Allowed'},
  denied: {tone: 'at', word: 'Refused'},
  failed: {tone: 'in', word: 'Allowed, not reached'},
};

const outcomes = Object.keys(words) as Outcome[];

/** Every attempt to leave the server, whether it was let through or not. */
export const EgressLog = () => {
  const [outcome, setOutcome] = useState<Outcome | ''>('');
  const [destination, setDestination] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [host] = useDebouncedValue(destination.trim(), 300);
  const filter = {
    outcome: outcome === '' ? undefined : outcome,
    destination: host === '' ? undefined : host,
    from: from === '' ? undefined : from,
    to: to === '' ? undefined : to,
  };
  const filtered = Object.values(filter).some(one => one !== undefined);
  const clear = () => {
    setOutcome('');
    setDestination('');
    setFrom('');
    setTo('');
  };
  const query = usePages(
    '/api/admin/egress-attempts',
    filter,
    (page: Answer<typeof listEgressAttempts>) => page.attempts,
    {every: 30_000},
  );
  return (
    <Section
      title="Attempts to connect"
      hint="Newest first"
      aside={
        <a className="btn" href={withQuery('/api/admin/egress-attempts.csv', filter)} download>
          <IconDownload className="i s" aria-hidden />
          {filtered ? 'These as CSV' : 'All as CSV'}
        </a>
      }
    >
      <div className="filters" role="search" aria-label="Filter attempts">
        <TextInput
          className="grow"
          label="Host"
          type="search"
          spellCheck={false}
          maxLength={260}
          value={destination}
          onChange={event => setDestination(event.currentTarget.value)}
        />
        <NativeSelect
          label="Outcome"
          data={[{value: '', label: 'All'}, ...outcomes.map(value => ({value, label: words[value].word}))]}
          value={outcome}
          onChange={({currentTarget: {value}}) => setOutcome(outcomes.find(one => one === value) ?? '')}
        />
        <TextInput
          label="From"
          type="date"
          value={from}
          onChange={event => setFrom(event.currentTarget.value)}
        />
        <TextInput label="To" type="date" value={to} onChange={event => setTo(event.currentTarget.value)} />
      </div>
      {query.error ? (
        <LoadFailed what="The attempts" error={query.error} onRetry={() => void query.refetch()} />
      ) : query.first === undefined ? (
        <Loading what="the attempts" />
      ) : query.items.length === 0 ? (
        !filtered ? (
          <Empty title="Nothing tried to leave" icon={IconArrowUpRight}>
            Each attempt to connect outwards is listed here, with who it was for, where it went and whether it
            was let through.
          </Empty>
        ) : (
          <NothingMatches what="attempts" onClear={clear} />
        )
      ) : (
        <div className="panel">
          <table className="table stack">
            <thead>
              <tr>
                <th>Time</th>
                <th>Destination</th>
                <th>For</th>
                <th>Outcome</th>
                <th className="r">Sent</th>
                <th className="r">Took</th>
              </tr>
            </thead>
            <tbody>
              {query.items.map(attempt => (
                <tr key={attempt.id}>
                  <td>
                    <Time at={attempt.at} />
                  </td>
                  <td>
                    <span className="mono break">
                      {attempt.host === '' ? 'not declared' : `${attempt.host}:${attempt.port}`}
                    </span>
                    {attempt.reason ? <small>{reasonWord(attempt.reason)}</small> : null}
                  </td>
                  <td data-l="For" className="t2">
                    {purposeWord(attempt.purpose)}
                  </td>
                  <td data-l="Outcome">
                    <State tone={words[attempt.outcome].tone}>{words[attempt.outcome].word}</State>
                  </td>
                  <td data-l="Sent" className="r nowrap">
                    {attempt.outcome === 'denied' ? 'nothing' : formatBytes(attempt.bytesOut)}
                  </td>
                  <td data-l="Took" className="r nowrap">
                    {formatMs(attempt.ms)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More query={query} />
    </Section>
  );
};
