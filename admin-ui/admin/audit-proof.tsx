import {IconDownload} from '@tabler/icons-react';
import type {auditState, checkAudit} from '../../appliance/features/audit/audit.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, request} from '../shared/api.ts';
import {CopyBox} from '../shared/components/copy.tsx';
import {Section} from '../shared/components/page.tsx';
import {Note, Standing, State} from '../shared/components/state.tsx';
import {formatInstant, formatRelative, plural} from '../shared/format.ts';
import {useSession} from '../shared/session.tsx';

export type AuditState = Answer<typeof auditState>;
type Checked = Answer<typeof checkAudit>;

const kinds = {
  directory: 'Folder',
  file: 'File for a log collector',
  syslog: 'Log collector (SIEM)',
  mail: 'Mailbox',
};
const entries = (count: number) => plural(count, 'entry', 'entries');

/** The one sentence on top: worst first. */
export const AuditStanding = ({state}: {state: AuditState}) => {
  const failing = state.witnesses.find(({problem, behind}) => problem !== null || behind);
  if (state.refused !== null || state.lastCheck?.ok === false)
    return (
      <Standing
        tone="da"
        state="The log is not what was signed."
        meaning={state.refused ?? 'The last check found entries that were changed, moved or removed.'}
        next="Keep a copy of the database as it is. Download the export and verify it on another machine with a checkpoint your witness holds."
      />
    );
  if (state.witnesses.length === 0)
    return (
      <Standing
        tone="at"
        state={`${entries(state.size)}, and no witness.`}
        meaning="Changing one entry is seen at the next check. Whoever administers this machine could still write the whole log anew and sign it again: only a checkpoint kept elsewhere would tell."
        next="Set a log collector (SIEM) or a mailbox below. Or name a write-once folder of another machine (the setting audit.directory) or a file your log collector reads (audit.file), then restart."
      />
    );
  const since = failing?.problemSince ?? failing?.deliveredAt ?? null;
  if (failing)
    return (
      <Standing
        tone="da"
        state="A witness gets no checkpoints."
        meaning={`Nothing has arrived at ${failing.path}${since === null ? '' : ` since ${formatInstant(since)}`}. What happens until it does could be written anew unseen.`}
        next={`${failing.problem ?? 'What is due has not left.'} Mend it, then check now: what is due is delivered at once.`}
      />
    );
  if (state.witnesses.some(({deliveredAt}) => deliveredAt === null))
    return (
      <Standing
        tone="in"
        state="No checkpoint has gone out yet."
        meaning="A witness is named, and has nothing so far. The root of the log is signed every hour and goes there."
        next="Wait for the full hour, or check now: then the first one goes out at once."
      />
    );
  return (
    <Standing
      tone="ok"
      state={`${entries(state.size)}; checkpoints reach their witness.`}
      meaning="Every administrative act and every look at a person is a leaf of a hash tree. Each hour its root is signed and goes to the witnesses below, so that a history that is written anew shows."
      next="Nothing now. Whoever audits you can verify an export without trusting this machine."
    />
  );
};

const Outcome = ({checked}: {checked: Checked}) =>
  checked.ok ? (
    <Note tone="ok" title="The log is whole.">
      {`${entries(checked.entries)} give the roots of ${plural(checked.checkpoints, 'checkpoint')}; ${
        checked.compared === 0
          ? 'there was none in a witness folder to compare with.'
          : `${plural(checked.compared, 'checkpoint')} in the witness folders agree.`
      }`}
    </Note>
  ) : (
    <Note tone="da" title={`Something is wrong in ${plural(checked.problemCount, 'place')}.`}>
      <ul>
        {checked.problems.map(({where, what}) => (
          <li key={where + what}>
            <span className="mono break">{where}</span>: {what}
          </li>
        ))}
      </ul>
    </Note>
  );

export const CheckpointSection = ({state}: {state: AuditState}) => {
  const check = useAct(() => request<Checked>('POST', '/api/admin/audit/checks'), '/api/admin/audit');
  const {checkpoint, lastCheck} = state;
  const {role} = useSession().user;
  return (
    <Section
      title="Last checkpoint"
      hint={checkpoint ? `${entries(checkpoint.size)}, signed ${formatRelative(checkpoint.at)}` : 'None yet'}
      aside={
        role === 'auditor' ? null : (
          <button
            type="button"
            className="btn"
            disabled={check.busy}
            onClick={() => void check.act(undefined)}
          >
            {check.busy ? 'Checking…' : 'Check now'}
          </button>
        )
      }
    >
      <div className="proof">
        {check.error instanceof Error ? (
          <Note tone="da" title="It could not be checked.">
            {check.error.message}
          </Note>
        ) : null}
        {check.result ? <Outcome checked={check.result.value} /> : null}
        {checkpoint ? (
          <CopyBox text={`${checkpoint.size} ${checkpoint.rootHash}`} what="size and root hash" />
        ) : (
          <p className="t2">The first one is signed within the hour, or when you check.</p>
        )}
        <p className="s13 dim">
          {lastCheck
            ? `Last checked ${formatRelative(lastCheck.at)}: ${lastCheck.ok ? `all ${entries(lastCheck.entries)} as they were signed` : 'something was wrong'}. It is checked every night, too.`
            : 'Not checked yet. It is checked every night, too.'}
        </p>
      </div>
    </Section>
  );
};

export const WitnessSection = ({state}: {state: AuditState}) => (
  <Section title="Witnesses" hint="Where checkpoints are kept, out of this machine’s reach">
    {state.witnesses.length === 0 ? (
      <p className="t2">
        None. A log collector and a mailbox are set below; folders and files are named in the settings of the
        appliance, so that nobody can turn them off from a browser.
      </p>
    ) : (
      <div className="panel">
        <table className="table stack">
          <thead>
            <tr>
              <th>Place</th>
              <th>Kind</th>
              <th>State</th>
              <th>Delivered</th>
            </tr>
          </thead>
          <tbody>
            {state.witnesses.map(({kind, path, deliveredSize, deliveredAt, problem, behind}) => (
              <tr key={kind}>
                <td data-l="Place" className="mono break">
                  {path}
                </td>
                <td data-l="Kind">{kinds[kind]}</td>
                <td data-l="State">
                  {problem === null ? (
                    behind ? (
                      <State tone="da">Behind</State>
                    ) : deliveredAt === null ? (
                      <State tone="no">Nothing yet</State>
                    ) : (
                      <State tone="ok">Delivered</State>
                    )
                  ) : (
                    <>
                      <State tone="da">Not delivered</State> {problem}
                    </>
                  )}
                </td>
                <td data-l="Delivered" className="t2">
                  {deliveredAt === null
                    ? 'none'
                    : `${entries(deliveredSize)}, ${formatRelative(deliveredAt)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )}
  </Section>
);

const verifyLine = 'node verify-audit.mjs audit.jsonl --key KEY --checkpoint EARLIER';

export const OutsiderSection = ({state}: {state: AuditState}) => {
  const current = state.keys.find(({retiredAt}) => retiredAt === null);
  const administers = useSession().user.role === 'administrator';
  const replace = useAct(() => request('POST', '/api/admin/audit/keys'), '/api/admin/audit');
  return (
    <Section title="For whoever verifies it" hint="On a machine of their own, with Node and no more">
      <ol className="steps">
        <li>
          <a className="btn" href="/api/admin/audit/export.jsonl" download>
            <IconDownload className="i s" aria-hidden />
            Download the export
          </a>{' '}
          <span className="t2">Ids, times, hashes and signatures; no name and no detail of any entry.</span>
        </li>
        <li>
          <a className="btn" href="/api/admin/audit/verify-audit.mjs" download>
            <IconDownload className="i s" aria-hidden />
            Download the verifier
          </a>{' '}
          <span className="t2">One file to read before it is run.</span>
        </li>
        <li>
          <span className="t2">
            Run it with the public key below and a checkpoint from the witness, the older the better:
          </span>
          <CopyBox text={verifyLine} what="the command" />
        </li>
      </ol>
      {current ? (
        <div className="proof">
          <p className="s13 dim">Public key, in use since {formatInstant(current.createdAt)}</p>
          <CopyBox text={current.publicKey} what="the public key" />
          <p className="s13 t2">
            {state.keys.length > 1
              ? `${plural(state.keys.length - 1, 'earlier key')} handed over to it. `
              : ''}
            {administers
              ? 'Replace it when somebody who knew this machine’s master key has left. The old key signs the change, and a verifier that was given the old one follows.'
              : ''}
          </p>
          {administers ? (
            <button
              type="button"
              className="btn"
              disabled={replace.busy}
              onClick={() => void replace.act(undefined)}
            >
              Replace the key
            </button>
          ) : null}
          {replace.error instanceof Error ? (
            <Note tone="da" title="The key was not replaced.">
              {replace.error.message}
            </Note>
          ) : null}
          {replace.result ? (
            <Note tone="ok" title="Replaced.">
              Checkpoints are signed with the key above from now on.
            </Note>
          ) : null}
        </div>
      ) : (
        <p className="t2">The signing key is made with the first checkpoint.</p>
      )}
    </Section>
  );
};
