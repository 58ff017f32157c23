import {IconMail} from '@tabler/icons-react';
import {useState} from 'react';
import {Empty, LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing} from '../../shared/components/state.tsx';
import {plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {useSession} from '../../shared/session.tsx';
import {Outbox} from './outbox.tsx';
import {ServerCard} from './server-card.tsx';
import {ServerForm} from './server-form.tsx';
import {type MailView, path} from './words.ts';

const Top = ({health: {state, problem, waiting, failed}}: MailView) => {
  const waits = waiting === 0 ? '' : ` ${plural(waiting, 'letter')} waiting.`;
  if (state === 'off')
    return (
      <Standing
        tone="no"
        state="No mail server is set."
        meaning={`Links for invitations and new passwords are shown to you, and you hand them over yourself.${waits}`}
        next="Set the mail server of your organisation, or leave it as it is."
      />
    );
  if (state === 'held')
    return (
      <Standing
        tone="in"
        state="The mail server waits for a second person."
        meaning={`Nothing is sent to it before.${waits}`}
        next="Another administrator approves it on the page Residency; with one alone it takes force after a day."
      />
    );
  if (state === 'failing')
    return (
      <Standing
        tone="da"
        state="Letters do not get through."
        meaning={`${problem ?? ''}${waits}${waiting === 0 ? '' : ' Each is tried again until its link ends.'}`}
        next="Mend the settings below, then send a test letter."
      />
    );
  if (state === 'untested')
    return (
      <Standing
        tone="in"
        state="A mail server is set, and nothing was sent yet."
        meaning={`Whether letters get through is not known.${waits}`}
        next="Send a test letter to yourself."
      />
    );
  if (failed > 0)
    return (
      <Standing
        tone="at"
        state={`${plural(failed, 'letter was', 'letters were')} not delivered.`}
        meaning={`The mail server works. It refused ${failed === 1 ? 'this one' : 'these'}, or a link ended before it could be sent.${waits}`}
        next="Look at the outbox below: most often the address is wrong."
      />
    );
  return (
    <Standing
      tone="ok"
      state="The mail server takes letters."
      meaning={`It took the last one. What comes back later goes to the From address, where this appliance does not look.${waits}`}
      next="Nothing now."
    />
  );
};

const MailPage = () => {
  const {data, error, refetch} = useGet<MailView>(path, {
    every: view => (view && view.health.waiting > 0 ? 1_500 : 15_000),
  });
  const {session} = useSession();
  const [editing, setEditing] = useState(false);
  return (
    <Page
      title="Mail"
      actions={
        data && !data.server ? (
          <button type="button" className="btn p" aria-expanded={editing} onClick={() => setEditing(true)}>
            <IconMail className="i s" aria-hidden />
            Set the mail server
          </button>
        ) : null
      }
    >
      {error ? (
        <LoadFailed what="The mail settings" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top {...data} />
          {editing ? (
            <ServerForm
              server={data.server}
              company={session.appliance.company ?? ''}
              onClose={() => setEditing(false)}
            />
          ) : data.server ? (
            <ServerCard server={data.server} linksBegin={data.linksBegin} onChange={() => setEditing(true)} />
          ) : (
            <Section title="Mail server">
              <Empty title="None is set" icon={IconMail}>
                With one, invitations and links for new passwords are also sent to the people they are for.
                You need its host, a user and a password, and the address letters come from.
              </Empty>
            </Section>
          )}
          <Outbox />
        </>
      ) : (
        <Loading what="the mail settings" rows={6} />
      )}
    </Page>
  );
};
export default MailPage;
