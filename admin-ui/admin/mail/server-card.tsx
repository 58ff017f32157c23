import {useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {useSession} from '../../shared/session.tsx';
import {AwaitsApproval} from '../awaits-approval.tsx';
import {useRegionLabel} from '../regions.ts';
import {isLocal, type MailView, outboxPath, path, tlsWords} from './words.ts';

/** What is set, and the way to find out whether it works. */
export const ServerCard = ({
  server,
  linksBegin,
  onChange,
}: {
  server: NonNullable<MailView['server']>;
  linksBegin: string;
  onChange: () => void;
}) => {
  const [removing, setRemoving] = useState(false);
  const {user} = useSession();
  const regionLabel = useRegionLabel();
  const test = useAct(() => request('POST', `${path}/test`), path, outboxPath);
  const remove = useAct(() => request('DELETE', path), path, '/api/admin/destinations');
  return (
    <Section title="Mail server">
      <div className="panel form col">
        {isLocal(linksBegin) ? (
          <Note tone="at" title={`Links in letters begin with ${linksBegin}.`}>
            Only this machine can open them. Set the key publicUrl to the address under which people reach the
            console.
          </Note>
        ) : null}
        <AwaitsApproval
          state={server.state}
          meanwhile="Letters are kept until their links end; links are shown to you, too."
        />
        <dl className="kv">
          <dt>Host</dt>
          <dd>
            <span className="mono break">
              {server.host}:{server.port}
            </span>
            {server.private ? ' inside your own network' : null}
          </dd>
          <dt>Encryption</dt>
          <dd>{tlsWords[server.tls]}. Without it nothing is sent.</dd>
          <dt>Certificate</dt>
          <dd>
            {server.authority === null
              ? 'Of an authority this server trusts'
              : 'Of your own authority, which you pasted'}
          </dd>
          <dt>User</dt>
          <dd className="break">
            {server.user ?? 'None'}
            {server.hasPassword ? '; the password is set and cannot be read back' : null}
          </dd>
          <dt>From</dt>
          <dd className="break">
            {server.from.name} <span className="mono">{server.from.address}</span>
          </dd>
          <dt>Declared to be in</dt>
          <dd>{regionLabel(server.region)}</dd>
          <dt>Set</dt>
          <dd>
            <Time at={server.setAt} /> by {server.setBy ?? 'a former user'}
          </dd>
        </dl>
        {test.result && !test.busy ? (
          <Note tone="in" title={`A test letter to ${user.email} is on its way.`}>
            How it went is in the outbox below, as its first line.
          </Note>
        ) : null}
        {test.error ? <Note tone="da">{messageOf(test.error)}</Note> : null}
        <div className="row wrap buttons">
          <button
            type="button"
            className="btn p"
            disabled={test.busy}
            onClick={() => void test.act(undefined)}
          >
            Send a test letter to me
          </button>
          <button type="button" className="btn" onClick={onChange}>
            Change
          </button>
          <span className="sp" />
          <button type="button" className="btn d" onClick={() => setRemoving(true)}>
            Remove
          </button>
        </div>
      </div>
      <Consequence
        open={removing}
        title="Remove the mail server"
        act="Remove it"
        busy={remove.busy}
        error={remove.error}
        onClose={() => {
          setRemoving(false);
          remove.clear();
        }}
        onAct={() => void remove.act(undefined).then(done => done && setRemoving(false))}
      >
        <p>
          Its password is deleted here, and <span className="mono break">{server.host}</span> can no longer be
          reached. Invitations and links for new passwords are then shown to you alone.
        </p>
        <p>
          Letters that wait stay in the outbox until their links end, and go out if a server is set again.
        </p>
      </Consequence>
    </Section>
  );
};
