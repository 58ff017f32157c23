import {IconListCheck} from '@tabler/icons-react';
import {useState} from 'react';
import type {
  getPlaybook,
  listPlaybooks,
} from '../../appliance/features/qualification/qualification.schema.ts';
import type {Locale} from '../../appliance/kit/schema.ts';
import type {Answer} from '../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Segments} from '../shared/components/expand.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Standing} from '../shared/components/state.tsx';
import {formatDay, plural} from '../shared/format.ts';
import {languageName} from '../shared/languages.tsx';
import {useGet} from '../shared/query.ts';
import {PlaybookBar} from './playbook-bar.tsx';
import {PlaybookAnswers, PlaybookDialogue, PlaybookRules} from './playbook-parts.tsx';
import {type Playbook, reachable} from './playbook-words.ts';

const path = '/api/admin/playbooks';

const Detail = ({id}: {id: string}) => {
  const {data, error, refetch} = useGet<Answer<typeof getPlaybook>>(`${path}/${encodeURIComponent(id)}`);
  const [chosen, setLanguage] = useState<Locale | null>(null);
  if (error) return <LoadFailed what="The playbook" error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="the playbook" rows={8} />;
  const playbook = data.content as Playbook;
  const {version, updatedAt} = data.playbook;
  const language = chosen ?? playbook.languages[0] ?? 'en';
  return (
    <>
      <Standing
        tone="in"
        state={`A visitor is a lead from ${plural(playbook.bar, 'point')} on.`}
        meaning={`“${playbook.name}”, version ${version} of ${formatDay(updatedAt)}: ${plural(playbook.rules.length, 'rule')} give at most ${plural(reachable(playbook), 'point')}. Points come only from what the visitor wrote.`}
        next="Too many or too few leads? Move the bar below. A rule that fits badly can be seen in the score of any conversation."
      />
      <Section title="The bar" hint="Saving makes a new version">
        <PlaybookBar id={id} version={version} playbook={playbook} />
      </Section>
      <Section
        title="Score"
        hint="What gives points, and why"
        aside={
          playbook.languages.length > 1 ? (
            <Segments
              label="Language of the texts"
              value={language}
              onChange={setLanguage}
              options={playbook.languages.map(value => ({value, label: languageName(value)}))}
            />
          ) : undefined
        }
      >
        <PlaybookRules playbook={playbook} language={language} />
      </Section>
      <Section title="What it asks" hint="In this order, whatever is not known yet">
        <PlaybookDialogue playbook={playbook} language={language} />
      </Section>
      <Section title="What it answers" hint="Word for word, with the source">
        <PlaybookAnswers playbook={playbook} language={language} />
      </Section>
    </>
  );
};

const PlaybooksPage = () => {
  const {data, error, refetch} = useGet<Answer<typeof listPlaybooks>>(path);
  const [chosen, setChosen] = useState<string | null>(null);
  const playbooks = data?.playbooks ?? [];
  const shown = playbooks.find(({id}) => id === chosen) ?? playbooks[0];
  return (
    <Page title="Playbooks">
      {error ? (
        <LoadFailed what="The playbooks" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="the playbooks" rows={8} />
      ) : shown === undefined ? (
        <Empty title="No playbook" icon={IconListCheck}>
          A playbook says what the chat asks, what it may answer, and which answers make a visitor a lead.
          Set-up installs one.
        </Empty>
      ) : playbooks.length === 1 ? (
        <Detail key={shown.id} id={shown.id} />
      ) : (
        <div className="lay">
          <Section title="Playbooks">
            <ul className="panel list">
              {playbooks.map(playbook => (
                <li key={playbook.id}>
                  <button
                    type="button"
                    aria-current={playbook === shown}
                    onClick={() => setChosen(playbook.id)}
                  >
                    <b>{playbook.name}</b>
                    <small>
                      Version {playbook.version}, bar {playbook.bar}
                    </small>
                    <small>{playbook.languages.map(languageName).join(', ')}</small>
                  </button>
                </li>
              ))}
            </ul>
          </Section>
          <div style={{minWidth: 0}}>
            <Detail key={shown.id} id={shown.id} />
          </div>
        </div>
      )}
    </Page>
  );
};
export default PlaybooksPage;
