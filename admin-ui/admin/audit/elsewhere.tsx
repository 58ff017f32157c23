import {useState} from 'react';
import type {elsewhere} from '../../../appliance/features/audit/elsewhere/elsewhere.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Time} from '../../shared/components/time.tsx';
import {useGet} from '../../shared/query.ts';
import {AwaitsApproval} from '../awaits-approval.tsx';
import {useRegionLabel} from '../regions.ts';
import {CollectorForm} from './collector-form.tsx';
import {MailboxForm} from './mailbox-form.tsx';

export const path = '/api/admin/audit/elsewhere';
type View = Answer<typeof elsewhere>;

const Removal = ({what, address, at}: {what: string; address: string; at: string}) => {
  const [open, setOpen] = useState(false);
  const remove = useAct(() => request('DELETE', at), '/api/admin/audit', '/api/admin/destinations');
  return (
    <>
      <button type="button" className="btn d" onClick={() => setOpen(true)}>
        Remove
      </button>
      <Consequence
        open={open}
        title={`Remove the ${what}`}
        act="Remove it"
        busy={remove.busy}
        error={remove.error}
        onClose={() => {
          setOpen(false);
          remove.clear();
        }}
        onAct={() => void remove.act(undefined).then(done => done && setOpen(false))}
      >
        <p>
          No checkpoint goes to <span className="mono break">{address}</span> any more. What it has stays
          there, and still tells whether anything before it was rewritten.
        </p>
        <p>That you removed it is in the audit log, under your name.</p>
      </Consequence>
    </>
  );
};

const CollectorCard = ({
  collector,
  onChange,
}: {
  collector: NonNullable<View['collector']>;
  onChange: () => void;
}) => {
  const regionLabel = useRegionLabel();
  const {host, port, tls, authority, entries} = collector;
  return (
    <div className="panel form col">
      <AwaitsApproval state={collector.state} meanwhile="Nothing is lost: it gets all checkpoints then." />
      <dl className="kv">
        <dt>Host</dt>
        <dd>
          <span className="mono break">
            {host}:{port}
          </span>
          {collector.private ? ' inside your own network' : null}
        </dd>
        <dt>Encryption</dt>
        <dd>{tls === 'tls' ? 'TLS. Without it nothing is sent.' : 'None: it is this machine itself.'}</dd>
        {tls === 'tls' ? (
          <>
            <dt>Certificate</dt>
            <dd>
              {authority === null
                ? 'Of an authority this server trusts'
                : 'Of your own authority, which you pasted'}
            </dd>
          </>
        ) : null}
        <dt>It gets</dt>
        <dd>{entries ? 'Each checkpoint, and the hash of each entry' : 'Each checkpoint'}</dd>
        <dt>Declared to be in</dt>
        <dd>{regionLabel(collector.region)}</dd>
        <dt>Set</dt>
        <dd>
          <Time at={collector.setAt} /> by {collector.setBy ?? 'a former user'}
        </dd>
      </dl>
      <div className="row wrap buttons">
        <button type="button" className="btn" onClick={onChange}>
          Change
        </button>
        <span className="sp" />
        <Removal what="log collector" address={`${host}:${port}`} at="/api/admin/audit/collector" />
      </div>
    </div>
  );
};

const MailboxCard = ({
  mailbox: {address, setAt, setBy},
  onChange,
}: {
  mailbox: NonNullable<View['mailbox']>;
  onChange: () => void;
}) => (
  <div className="panel form col">
    <dl className="kv">
      <dt>Address</dt>
      <dd className="mono break">{address}</dd>
      <dt>It gets</dt>
      <dd>The newest checkpoint in a letter, each night</dd>
      <dt>Set</dt>
      <dd>
        <Time at={setAt} /> by {setBy ?? 'a former user'}
      </dd>
    </dl>
    <div className="row wrap buttons">
      <button type="button" className="btn" onClick={onChange}>
        Change
      </button>
      <span className="sp" />
      <Removal what="mailbox" address={address} at="/api/admin/audit/mailbox" />
    </div>
  </div>
);

/** Witnesses outside of this machine: what is set, and the forms to set them. How they are stands above, with the others. */
export const ElsewhereSections = () => {
  const {data, error, refetch} = useGet<View>(path);
  const [editing, setEditing] = useState<'collector' | 'mailbox' | null>(null);
  const close = () => setEditing(null);
  if (error)
    return (
      <LoadFailed what="The log collector and the mailbox" error={error} onRetry={() => void refetch()} />
    );
  if (!data) return <Loading what="the log collector and the mailbox" rows={3} />;
  const {collector, mailbox, mail} = data;
  const add = (which: 'collector' | 'mailbox', words: string) => (
    <button type="button" className="btn" aria-expanded={false} onClick={() => setEditing(which)}>
      {words}
    </button>
  );
  return (
    <>
      <Section
        title="Log collector"
        hint="A SIEM that keeps what this machine cannot change"
        aside={collector || editing === 'collector' ? undefined : add('collector', 'Set a log collector')}
      >
        {editing === 'collector' ? (
          <CollectorForm collector={collector} onClose={close} />
        ) : collector ? (
          <CollectorCard collector={collector} onChange={() => setEditing('collector')} />
        ) : (
          <p className="t2">
            None. With one, each checkpoint goes there within seconds, as a syslog message (RFC 5424) under
            TLS.
          </p>
        )}
      </Section>
      <Section
        title="Mailbox"
        hint="For whoever audits you, where nobody of this machine reads or deletes"
        aside={mailbox || editing === 'mailbox' ? undefined : add('mailbox', 'Set a mailbox')}
      >
        {editing === 'mailbox' ? (
          <MailboxForm mailbox={mailbox} mail={mail} onClose={close} />
        ) : mailbox ? (
          <MailboxCard mailbox={mailbox} onChange={() => setEditing('mailbox')} />
        ) : (
          <p className="t2">
            None. With one, the newest checkpoint goes there in a letter each night; a letter covers
            everything before it.
          </p>
        )}
      </Section>
    </>
  );
};
