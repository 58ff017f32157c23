import {IconKey} from '@tabler/icons-react';
import {Empty, LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Time} from '../../shared/components/time.tsx';
import {formatBytes, plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {KeysInUse} from './change-card.tsx';
import {Copies} from './copies.tsx';
import {Top} from './top.tsx';
import {type Change, doneWords, kindWords, type KeysView, path} from './words.ts';

const format = {keys: (n: number) => plural(n, 'key'), bytes: formatBytes};

const History = ({history}: {history: Change[]}) => (
  <Section title="What was changed" hint="Newest first">
    {history.length === 0 ? (
      <Empty title="Nothing yet" icon={IconKey}>
        Each change of a key leaves a line here and an entry in the audit log.
      </Empty>
    ) : (
      <div className="panel">
        <table className="table stack">
          <thead>
            <tr>
              <th>When</th>
              <th>What</th>
              <th>Done</th>
              <th>By</th>
            </tr>
          </thead>
          <tbody>
            {history.map(change => (
              <tr key={change.id}>
                <td>
                  <Time at={change.finishedAt ?? change.startedAt} />
                </td>
                <td data-l="What">{kindWords[change.kind]}</td>
                <td data-l="Done">{doneWords(change, format)}</td>
                <td data-l="By">{change.startedBy ?? 'Schedule or host'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )}
  </Section>
);

const KeysPage = () => {
  const {data, error, refetch} = useGet<KeysView>(path, {
    every: view => (view?.wrapping.moving ? 1_000 : 30_000),
  });
  return (
    <Page title="Keys">
      {error ? (
        <LoadFailed what="The keys" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top {...data} />
          <KeysInUse {...data} />
          <Copies {...data} />
          <History history={data.history} />
        </>
      ) : (
        <Loading what="the keys" rows={6} />
      )}
    </Page>
  );
};
export default KeysPage;
