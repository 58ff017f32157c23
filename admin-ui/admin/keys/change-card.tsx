import {useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Section} from '../../shared/components/page.tsx';
import {State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {formatNumber, plural} from '../../shared/format.ts';
import {type KeysView, path} from './words.ts';

const Moving = ({moving}: {moving: NonNullable<KeysView['wrapping']['moving']>}) => (
  <>
    <State tone="in">Being changed</State>{' '}
    <progress value={moving.done} max={Math.max(1, moving.total)} aria-label="Keys that have moved" />{' '}
    {formatNumber(moving.done)} of {formatNumber(moving.total)}
  </>
);

/** The keys in use, and the two that are changed from here. */
export const KeysInUse = ({wrapping, databaseFile}: KeysView) => {
  const [asking, setAsking] = useState<'wrapping' | 'file' | null>(null);
  const change = useAct((what: 'wrapping' | 'file') => request<KeysView>('POST', `${path}/${what}`), path);
  const close = () => {
    setAsking(null);
    change.clear();
  };
  return (
    <Section title="Keys in use" hint="Each opens the next">
      <div className="panel form col">
        <dl className="kv">
          <dt>Master key</dt>
          <dd>
            On the host, never in the database. <span className="mono break">crowlit keys change-master</span>{' '}
            changes it while the appliance is stopped.
          </dd>
          <dt>Wrapping key</dt>
          <dd>
            {wrapping.moving ? (
              <Moving moving={wrapping.moving} />
            ) : (
              <>
                Since <Time at={wrapping.since} />, around {plural(wrapping.persons, 'key')}
              </>
            )}
          </dd>
          {databaseFile ? (
            <>
              <dt>Database file</dt>
              <dd>
                Its key since <Time at={databaseFile.since} />
                {databaseFile.ordered ? '. Another one at the next start' : null}
              </dd>
            </>
          ) : (
            <>
              <dt>Database</dt>
              <dd>PostgreSQL. Personal fields are sealed here; the disk is encrypted by its host.</dd>
            </>
          )}
        </dl>
        <div className="row wrap buttons">
          <button
            type="button"
            className="btn p"
            disabled={wrapping.moving !== null}
            onClick={() => setAsking('wrapping')}
          >
            Change the wrapping key
          </button>
          {databaseFile ? (
            <button
              type="button"
              className="btn"
              disabled={databaseFile.ordered !== null}
              onClick={() => setAsking('file')}
            >
              Change the file’s key at the next start
            </button>
          ) : null}
        </div>
      </div>
      <Consequence
        open={asking === 'wrapping'}
        title="Change the wrapping key"
        act="Change it now"
        danger={false}
        busy={change.busy}
        error={change.error}
        onClose={close}
        onAct={() => void change.act('wrapping').then(done => done && close())}
      >
        <p>
          A new key is made, {plural(wrapping.persons, 'key moves', 'keys move')} to it in small steps while
          everything goes on, and the old one is destroyed.
        </p>
        <p>After a crash the next start goes on where it was.</p>
      </Consequence>
      <Consequence
        open={asking === 'file'}
        title="Change the key of the database file"
        act="Order it for the next start"
        danger={false}
        busy={change.busy}
        error={change.error}
        onClose={close}
        onAct={() => void change.act('file').then(done => done && close())}
      >
        <p>
          The next start copies the database file under a new key before it opens it, then overwrites the old
          file and removes it. Nobody can write or sign in during that time.
        </p>
        <p>Copies of the key store from before open no database file any more, and are destroyed.</p>
      </Consequence>
    </Section>
  );
};
