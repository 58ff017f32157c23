import {useState} from 'react';
import type {
  getVersion,
  listVersions,
} from '../../../appliance/features/qualification/qualification.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Section} from '../../shared/components/page.tsx';
import {State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {useGet} from '../../shared/query.ts';
import {differences} from './difference.ts';
import {useEditing} from './editing.tsx';
import {FileInput} from './file-input.tsx';
import {Differences} from './part-publish.tsx';
import type {Playbook} from './words.ts';

const Older = ({
  path,
  version,
  onTake,
}: {
  path: string;
  version: number;
  onTake: (content: Playbook) => void;
}) => {
  const {content} = useEditing();
  const {data, error, refetch} = useGet<Answer<typeof getVersion>>(`${path}/versions/${version}`);
  if (error) return <LoadFailed what="This version" error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="the version" />;
  const old = data.content as Playbook;
  const changes = differences(content, old);
  return (
    <div className="col">
      {changes.length === 0 ? (
        <p className="t2">Version {version} says the same as your draft.</p>
      ) : (
        <>
          <p className="t2">What would change in your draft if you took version {version}:</p>
          <Differences changes={changes} />
          <div>
            <button type="button" className="btn" onClick={() => onTake(old)}>
              Take version {version} into the draft
            </button>
          </div>
        </>
      )}
    </div>
  );
};

/** Older versions, files in and out. Taking one changes the draft only; publishing it makes a new version. */
export const VersionsPart = ({
  id,
  version,
  onTake,
}: {
  id: string;
  version: number;
  onTake: (content: Playbook, from: string) => void;
}) => {
  const path = `/api/admin/playbooks/${encodeURIComponent(id)}`;
  const [open, setOpen] = useState<number | null>(null);
  const {data, error, refetch} = useGet<Answer<typeof listVersions>>(`${path}/versions`, {
    enabled: version > 0,
  });
  return (
    <>
      <Section title="Versions" hint="None is ever lost">
        {version === 0 ? (
          <p className="t2">Nothing was published yet.</p>
        ) : error ? (
          <LoadFailed what="The versions" error={error} onRetry={() => void refetch()} />
        ) : data ? (
          <ul className="panel qa">
            {data.versions.map(one => (
              <li key={one.version} className="col" style={{gap: 8}}>
                <div className="row wrap">
                  <b>Version {one.version}</b>
                  {one.version === version ? <State tone="ok">In force</State> : null}
                  <span className="dim s13">
                    <Time at={one.publishedAt} />, {one.publishedBy ?? 'by the appliance'}
                  </span>
                  <span className="sp" />
                  <a className="btn sm" href={`${path}/yaml?version=${one.version}`} download>
                    Download<span className="vh"> version {one.version}</span>
                  </a>
                  <button
                    type="button"
                    className="btn sm"
                    aria-expanded={open === one.version}
                    onClick={() => setOpen(open === one.version ? null : one.version)}
                  >
                    Look at<span className="vh"> version {one.version}</span>
                  </button>
                </div>
                {open === one.version ? (
                  <Older
                    path={path}
                    version={one.version}
                    onTake={content => onTake(content, `Version ${one.version}`)}
                  />
                ) : null}
              </li>
            ))}
          </ul>
        ) : (
          <Loading what="the versions" />
        )}
      </Section>
      <Section title="Files" hint="YAML, for your own editor or another appliance">
        <div className="panel form col">
          <FileInput
            label="Take a file into the draft"
            onRead={content => onTake({...content, id}, 'The file')}
          />
          <p className="t2">
            <a href="/api/admin/playbook-schema" download>
              Download the JSON Schema
            </a>{' '}
            to have your editor check the file while you type.
          </p>
        </div>
      </Section>
    </>
  );
};
