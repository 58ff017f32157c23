import {NativeSelect} from '@mantine/core';
import {IconMail} from '@tabler/icons-react';
import {useState} from 'react';
import type {listMails} from '../../../appliance/features/mail/mail.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {Empty, LoadFailed, Loading, NothingMatches} from '../../shared/components/empty.tsx';
import {More} from '../../shared/components/more.tsx';
import {Section} from '../../shared/components/page.tsx';
import {usePages} from '../../shared/pages.ts';
import {MailRow} from './mail-row.tsx';
import {isMoving, outboxPath, states, stateWords} from './words.ts';

/** What was asked to be sent, and what became of it. */
export const Outbox = () => {
  const [state, setState] = useState('');
  const query = usePages(
    outboxPath,
    {state: state || undefined},
    (page: Answer<typeof listMails>) => page.mails,
    {every: mails => (mails.some(isMoving) ? 1_000 : 15_000)},
  );
  return (
    <Section title="Outbox" hint="Newest first">
      <div className="filters">
        <NativeSelect
          label="State"
          data={[{value: '', label: 'All'}, ...states.map(value => ({value, label: stateWords[value].word}))]}
          value={state}
          onChange={event => setState(event.currentTarget.value)}
        />
      </div>
      {query.error ? (
        <LoadFailed what="The outbox" error={query.error} onRetry={() => void query.refetch()} />
      ) : query.first === undefined ? (
        <Loading what="the outbox" rows={4} />
      ) : query.items.length === 0 ? (
        state === '' ? (
          <Empty title="Nothing was sent yet" icon={IconMail}>
            Invitations, links for new passwords and test letters are listed here with each try. Once a letter
            is sent, its address and its content are deleted from this list.
          </Empty>
        ) : (
          <NothingMatches what="letters" onClear={() => setState('')} />
        )
      ) : (
        <div className="panel">
          <table className="table stack">
            <thead>
              <tr>
                <th>Time</th>
                <th>What</th>
                <th>To</th>
                <th>Result</th>
                <th>Tries</th>
                <th>
                  <span className="vh">Actions</span>
                </th>
              </tr>
            </thead>
            {query.items.map(mail => (
              <MailRow key={mail.id} mail={mail} />
            ))}
          </table>
        </div>
      )}
      <More query={query} />
      <p className="dim s13" style={{marginTop: 12}}>
        A refusal that the mail server gives at once is shown here. A letter that it takes and that comes back
        later goes to the mailbox of the From address: this appliance does not read it, so look there, too.
      </p>
    </Section>
  );
};
