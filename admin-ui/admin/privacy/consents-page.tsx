import {NativeSelect} from '@mantine/core';
import {IconChecklist, IconDownload} from '@tabler/icons-react';
import {useState} from 'react';
import type {
  ConsentEntry,
  listConsents,
  listTexts,
} from '../../../appliance/features/privacy/consent/consent.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {Empty, LoadFailed, Loading, NothingMatches} from '../../shared/components/empty.tsx';
import {More} from '../../shared/components/more.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing, State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {plural} from '../../shared/format.ts';
import {usePages} from '../../shared/pages.ts';
import {useGet} from '../../shared/query.ts';
import {useSession} from '../../shared/session.tsx';
import {ConsentTexts} from './consent-texts.tsx';
import {actWords, howWords, languageWords} from './consent-words.ts';
import './privacy.css';

type Texts = Answer<typeof listTexts>;
type Filter = {kind: string; conversationId: string};

const Row = ({
  entry,
  label,
  onConversation,
}: {
  entry: ConsentEntry;
  label: string;
  onConversation: () => void;
}) => (
  <tr>
    <td>
      <Time at={entry.at} />
    </td>
    <td>
      <b>{label}</b>
      <small>
        {languageWords[entry.language]}
        {entry.version === null ? '' : `, version ${entry.version}`}
      </small>
    </td>
    <td data-l="What happened">
      <State tone={actWords[entry.act].tone}>{actWords[entry.act].label}</State>
      <small>{howWords[entry.how]}</small>
    </td>
    <td data-l="Where">
      {entry.siteName}
      {entry.page ? <small className="mono break">{entry.page}</small> : null}
    </td>
    <td data-l="Conversation">
      <button type="button" className="btn sm q mono" onClick={onConversation}>
        {entry.conversationId.slice(-8)}
        <span className="vh">: this conversation only</span>
      </button>
    </td>
  </tr>
);

const Entries = ({kinds}: Pick<Texts, 'kinds'>) => {
  const [filter, setFilter] = useState<Filter>({kind: '', conversationId: ''});
  const query = usePages(
    '/api/admin/consents',
    {kind: filter.kind || undefined, conversationId: filter.conversationId || undefined},
    (page: Answer<typeof listConsents>) => page.entries,
  );
  const isFiltered = filter.kind !== '' || filter.conversationId !== '';
  const clear = () => setFilter({kind: '', conversationId: ''});
  return (
    <Section title="What was shown and answered" hint="Newest first. Looking is written to the audit log">
      <div className="filters" role="search" aria-label="Filter what was shown and answered">
        <NativeSelect
          label="What"
          data={[{value: '', label: 'Everything'}, ...kinds.map(({kind, label}) => ({value: kind, label}))]}
          value={filter.kind}
          onChange={event => setFilter({...filter, kind: event.currentTarget.value})}
        />
        {filter.conversationId === '' ? null : (
          <button type="button" className="btn" onClick={() => setFilter({...filter, conversationId: ''})}>
            All conversations, not only {filter.conversationId.slice(-8)}
          </button>
        )}
      </div>
      {query.error ? (
        <LoadFailed what="The ledger" error={query.error} onRetry={() => void query.refetch()} />
      ) : query.first === undefined ? (
        <Loading what="the ledger" rows={6} />
      ) : query.items.length === 0 && isFiltered ? (
        <NothingMatches what="lines" onClear={clear} />
      ) : query.items.length === 0 ? (
        <Empty title="Nothing yet" icon={IconChecklist}>
          The first lines are written when a visitor opens the chat.
        </Empty>
      ) : (
        <div className="panel">
          <table className="table stack">
            <thead>
              <tr>
                <th>When</th>
                <th>Text</th>
                <th>What happened</th>
                <th>Where</th>
                <th>Conversation</th>
              </tr>
            </thead>
            <tbody>
              {query.items.map(entry => (
                <Row
                  key={entry.id}
                  entry={entry}
                  label={kinds.find(({kind}) => kind === entry.kind)?.label ?? entry.kind}
                  onConversation={() => setFilter({...filter, conversationId: entry.conversationId})}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More query={query} />
    </Section>
  );
};

const ConsentsPage = () => {
  const {data, error, refetch} = useGet<Texts>('/api/admin/consents/texts');
  const mayLook = useSession().user.role !== 'auditor';
  return (
    <Page title="Consents">
      {error ? (
        <LoadFailed what="The texts" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Standing
            tone={data.texts.length === 0 ? 'no' : 'ok'}
            state={
              data.texts.length === 0
                ? 'Nobody has been shown anything yet.'
                : `${plural(data.texts.length, 'text was', 'texts were')} shown, each kept once with its hash.`
            }
            meaning="Who was shown what, when and where, and what they answered. A withdrawal is a line of its own, and takes one press in the chat, as agreeing does. Lines go with their person."
            next="For an auditor, download the ledger without names: each person is a code that only this server can make."
          />
          <Section
            title="Texts"
            hint="As people read them"
            aside={
              <span className="row wrap">
                {(['csv', 'json'] as const).map(type => (
                  <a key={type} className="btn sm" href={`/api/admin/consents.${type}`} download>
                    <IconDownload className="i s" aria-hidden />
                    Ledger as {type.toUpperCase()}
                  </a>
                ))}
              </span>
            }
          >
            {data.texts.length === 0 ? (
              <Empty title="No texts yet" icon={IconChecklist}>
                The first visitor who opens the chat is shown that an AI answers, and is offered the notice.
              </Empty>
            ) : (
              <ConsentTexts {...data} />
            )}
          </Section>
          {mayLook ? <Entries kinds={data.kinds} /> : null}
        </>
      ) : (
        <Loading what="the texts" rows={6} />
      )}
    </Page>
  );
};
export default ConsentsPage;
