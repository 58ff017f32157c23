import {useState} from 'react';
import type {getDifference, listVersions} from '../../../appliance/features/privacy/documents.schema.ts';
import {type Answer, withQuery} from '../../shared/api.ts';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Expand} from '../../shared/components/expand.tsx';
import {Section} from '../../shared/components/page.tsx';
import {State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {useGet} from '../../shared/query.ts';
import {Changes} from './changes.tsx';
import type {Series} from './downloads.tsx';

const Difference = ({series, number, language}: {series: Series; number: number; language: string}) => {
  const {data, error, refetch} = useGet<Answer<typeof getDifference>>(
    withQuery(`/api/admin/documents/${series}/difference`, {version: number, against: number - 1, language}),
  );
  if (error) return <LoadFailed what="The difference" error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="the difference" rows={2} />;
  return data.changes.length === 0 ? (
    <p className="t2 s13">In this language it says the same as the version before.</p>
  ) : (
    <Changes changes={data.changes} />
  );
};

/** Every version there was, each with what changed in it. */
export const Versions = ({series, language = 'en'}: {series: Series; language?: string}) => {
  const {data, error, refetch} = useGet<Answer<typeof listVersions>>(
    `/api/admin/documents/${series}/versions`,
  );
  const [open, setOpen] = useState<number | null>(null);
  return (
    <Section title="Versions" hint="A new one whenever what really runs changes a word">
      {error ? (
        <LoadFailed what="The versions" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <div className="panel">
          <table className="table stack">
            <thead>
              <tr>
                <th>Version</th>
                <th>Since</th>
                <th>SHA-256</th>
                <th>State</th>
              </tr>
            </thead>
            {data.versions.map(({number, at, hash}, index) => (
              <tbody key={number}>
                <tr className={open === number ? 'over' : ''}>
                  <td>
                    {number === 1 ? (
                      <b>Version 1</b>
                    ) : (
                      <Expand
                        open={open === number}
                        controls={`${series}-${number}`}
                        onToggle={() => setOpen(open === number ? null : number)}
                      >
                        Version {number}: what changed
                      </Expand>
                    )}
                  </td>
                  <td data-l="Since">
                    <Time at={at} />
                  </td>
                  <td data-l="SHA-256" className="hash">
                    {hash.slice(0, 16)}…
                  </td>
                  <td data-l="State">
                    {index === 0 ? <State tone="ok">In force</State> : <State tone="no">Earlier</State>}
                  </td>
                </tr>
                {open === number ? (
                  <tr className="under">
                    <td colSpan={4} id={`${series}-${number}`}>
                      <Difference series={series} number={number} language={language} />
                    </td>
                  </tr>
                ) : null}
              </tbody>
            ))}
          </table>
        </div>
      ) : (
        <Loading what="the versions" rows={2} />
      )}
    </Section>
  );
};
