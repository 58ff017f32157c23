import {NativeSelect, Textarea} from '@mantine/core';
import {useState} from 'react';
import {useAct} from '../../../shared/act.ts';
import {request as ask} from '../../../shared/api.ts';
import {Consequence} from '../../../shared/components/dialog.tsx';
import {Section} from '../../../shared/components/page.tsx';
import {Note} from '../../../shared/components/state.tsx';
import {messageOf} from '../../../shared/field-errors.ts';
import {plural} from '../../../shared/format.ts';
import {Facts} from './facts.tsx';
import {objectionWords, path, type RequestDetail} from './words.ts';

const usePost = (request: RequestDetail, act: string) =>
  useAct((body: object | undefined) => ask('POST', `${path}/${request.id}/${act}`, body), path);

/** What is done with words: each of them is kept, and told to the person. */
const WithWords = ({
  request,
  act,
  name,
  label,
  description,
  button,
  primary = false,
}: {
  request: RequestDetail;
  act: string;
  /** What the words are called in the request. */
  name: string;
  label: string;
  description: string;
  button: string;
  primary?: boolean;
}) => {
  const [words, setWords] = useState('');
  const {act: send, busy, error} = usePost(request, act);
  return (
    <div className="panel pad col">
      <Textarea
        label={label}
        description={description}
        autosize
        minRows={2}
        maxLength={2000}
        value={words}
        onChange={event => setWords(event.currentTarget.value)}
      />
      {error ? <Note tone="da">{messageOf(error)}</Note> : null}
      <div className="row buttons">
        <span className="sp" />
        <button
          type="button"
          className={primary ? 'btn p' : 'btn'}
          disabled={busy || words.trim() === ''}
          onClick={() => void send({[name]: words})}
        >
          {button}
        </button>
      </div>
    </div>
  );
};

const Execute = ({request}: {request: RequestDetail}) => {
  const [open, setOpen] = useState(false);
  const {act, busy, error} = usePost(request, 'execution');
  const erases = request.kind === 'erasure';
  return (
    <div className="panel pad col">
      <p>
        {erases
          ? `Everything of ${plural(request.persons, 'visitor')} goes: conversations, facts, leads, keys, and what the CRM was sent.`
          : `The objection ${request.objection ? objectionWords[request.objection] : ''} is put in force for ${plural(request.persons, 'visitor')}.`}
      </p>
      <div className="row buttons">
        <span className="sp" />
        <button type="button" className={erases ? 'btn df' : 'btn p'} onClick={() => setOpen(true)}>
          {erases ? 'Erase' : 'Put it in force'}
        </button>
      </div>
      <Consequence
        open={open}
        title={erases ? 'Erase these people?' : 'Put the objection in force?'}
        act={erases ? 'Erase for good' : 'Put it in force'}
        danger={erases}
        busy={busy}
        error={error}
        onClose={() => setOpen(false)}
        onAct={() => void act(undefined).then(done => done && setOpen(false))}
      >
        <p>
          {erases
            ? 'Store after store is cleared, their keys are destroyed, and the CRM is told to delete its records. Nobody can take this back, not from a backup either.'
            : request.objection === 'all'
              ? 'Their conversations end for good, and nothing of theirs is delivered any more.'
              : 'It holds from now on.'}
        </p>
        {request.persons === 0 ? (
          <p>Nobody was found under what was named: the request will be closed as such.</p>
        ) : null}
      </Consequence>
    </div>
  );
};

const Decide = ({request}: {request: RequestDetail}) => {
  const [conversationId, setConversationId] = useState(request.conversations[0]?.id ?? '');
  const [why, setWhy] = useState('');
  const {act, busy, error} = usePost(request, 'decision');
  const decide = (qualified: boolean) => void act({conversationId, qualified, why});
  return (
    <div className="panel pad col">
      <p>
        Read the conversation and the facts yourself, then decide. The score goes on counting; your decision
        stays.
      </p>
      <NativeSelect
        label="Conversation"
        data={request.conversations.map(({id}) => ({value: id, label: id}))}
        value={conversationId}
        onChange={event => setConversationId(event.currentTarget.value)}
      />
      <Textarea
        label="Why"
        description="Agents read it first among the reasons; the person may be told."
        autosize
        minRows={2}
        maxLength={2000}
        value={why}
        onChange={event => setWhy(event.currentTarget.value)}
      />
      {error ? <Note tone="da">{messageOf(error)}</Note> : null}
      <div className="row wrap buttons">
        <span className="sp" />
        <button
          type="button"
          className="btn"
          disabled={busy || why.trim() === ''}
          onClick={() => decide(false)}
        >
          Not qualified
        </button>
        <button
          type="button"
          className="btn p"
          disabled={busy || why.trim() === ''}
          onClick={() => decide(true)}
        >
          Qualified
        </button>
      </div>
    </div>
  );
};

const ConfirmCrm = ({request}: {request: RequestDetail}) => {
  const {act, busy, error} = usePost(request, 'crm-confirmation');
  return (
    <Note
      tone="at"
      title="The CRM did not delete everything."
      action={
        <button type="button" className="btn sm" disabled={busy} onClick={() => void act(undefined)}>
          I deleted it by hand
        </button>
      }
    >
      {error
        ? messageOf(error)
        : 'Delete the records there, then say so here; your name stands in the audit log.'}
    </Note>
  );
};

/** What an administrator does with a request; the officer sees that it was done. */
export const Acts = ({request}: {request: RequestDetail}) => {
  if (request.state === 'running')
    return request.erasures.some(({crm}) => crm.some(({state}) => state === 'failed')) ? (
      <Section title="To do">
        <ConfirmCrm request={request} />
      </Section>
    ) : null;
  const {kind} = request;
  return (
    <Section title="To do">
      <div className="col">
        {kind === 'erasure' || kind === 'objection' ? <Execute request={request} /> : null}
        {kind === 'rectification' ? <Facts request={request} /> : null}
        {kind === 'review' ? <Decide request={request} /> : null}
        {kind === 'access' || kind === 'portability' || kind === 'rectification' ? (
          <WithWords
            request={request}
            act="answer"
            name="answer"
            label="How it was answered"
            description={
              kind === 'rectification'
                ? 'What you corrected, and how you told them.'
                : 'How the copy reached them. Send it to nobody but them.'
            }
            button="Close as answered"
            primary
          />
        ) : null}
        <details className="more">
          <summary>Extend or refuse</summary>
          <div className="col">
            {request.extended ? null : (
              <WithWords
                request={request}
                act="extension"
                name="reason"
                label="Why it takes longer"
                description="Two more months, once. Tell the person within the first month (Art. 12(3))."
                button="Extend by two months"
              />
            )}
            <WithWords
              request={request}
              act="refusal"
              name="reason"
              label="Why it is refused"
              description="Tell the person, and that they may complain to the authority (Art. 12(4))."
              button="Refuse"
            />
          </div>
        </details>
      </div>
    </Section>
  );
};
