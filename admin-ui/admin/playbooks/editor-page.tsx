import './playbooks.css';
import {IconArrowLeft} from '@tabler/icons-react';
import {Link, useParams} from '@tanstack/react-router';
import {useMemo, useState} from 'react';
import type {listSites} from '../../../appliance/features/sites/sites.schema.ts';
import type {Locale} from '../../../appliance/kit/schema.ts';
import type {Answer} from '../../shared/api.ts';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Segments} from '../../shared/components/expand.tsx';
import {Page} from '../../shared/components/page.tsx';
import {Note, Standing} from '../../shared/components/state.tsx';
import {plural} from '../../shared/format.ts';
import {languageName} from '../../shared/languages.tsx';
import {useGet} from '../../shared/query.ts';
import {differences} from './difference.ts';
import {DraftBar} from './draft-bar.tsx';
import {EditingContext} from './editing.tsx';
import {AnswersPart} from './part-answers.tsx';
import {PeoplePart} from './part-people.tsx';
import {DifferencePart, Problems} from './part-publish.tsx';
import {ScorePart} from './part-score.tsx';
import {TalkPart} from './part-talk.tsx';
import {VersionsPart} from './part-versions.tsx';
import {type Part, parts} from './parts.ts';
import {Replay} from './replay.tsx';
import {TryPanel} from './try-panel.tsx';
import {type DraftControl, useDraft} from './use-draft.ts';
import {type People, useTrial} from './use-trial.ts';
import {list, type Playbook} from './words.ts';

const Top = ({
  id,
  version,
  changed,
  broken,
}: {
  id: string;
  version: number;
  changed: number;
  broken: number;
}) => {
  const {data} = useGet<Answer<typeof listSites>>('/api/admin/sites');
  const names = (data?.sites ?? []).filter(({playbookId}) => playbookId === id).map(({name}) => name);
  const where = names.length === 0 ? 'no website' : list(names, 'and');
  if (version === 0)
    return (
      <Standing
        tone="at"
        state="A draft that answers nobody yet."
        meaning="No website can choose this playbook before it is published."
        next={broken > 0 ? 'Fill in what is marked.' : 'Fit the texts to your house, try it, and publish it.'}
      />
    );
  if (changed > 0)
    return (
      <Standing
        tone="in"
        state={`The draft differs from version ${version} in ${plural(changed, 'place')}.`}
        meaning={`Visitors of ${where} get version ${version} until the draft is published.`}
        next={
          broken > 0
            ? 'Fill in what is marked; then it can be published.'
            : 'Try it, look at the difference and at past conversations, then publish.'
        }
      />
    );
  return (
    <Standing
      tone={names.length === 0 ? 'no' : 'ok'}
      state={`Version ${version} is in force on ${where}.`}
      meaning="What the chat asks, answers and counts there. A change here is a draft at first, and reaches nobody."
      next={
        names.length === 0
          ? 'Choose it for a website under Websites, or change it first.'
          : 'Change a text, and see at once in “Try it” what a visitor would get.'
      }
    />
  );
};

const Editor = ({id, control, content}: {id: string; control: DraftControl; content: Playbook}) => {
  const [part, setPart] = useState<Part>('talk');
  const [chosen, setLanguage] = useState<Locale>(content.languages[0] ?? 'en');
  const language = content.languages.includes(chosen) ? chosen : (content.languages[0] ?? 'en');
  const [people, setPeople] = useState<People>('free');
  const [said, setSaid] = useState<string[]>([]);
  const [taken, setTaken] = useState<string | null>(null);
  const {trial, error, busy, problems} = useTrial(content, language, said, people);
  const version = control.data?.playbook.version ?? 0;
  const inForce = (control.data?.content ?? null) as Playbook | null;
  const changes = useMemo(() => differences(inForce, content), [inForce, content]);
  const changed = version === 0 ? 0 : changes.length;
  const broken = Object.keys(problems).length;
  const editing = useMemo(
    () => ({content, language, problems, edit: control.edit}),
    [content, language, problems, control.edit],
  );
  const missing = (of: Locale) => Object.keys(problems).filter(path => path.split('.').includes(of)).length;
  const inWords = part !== 'publish' && part !== 'versions';
  return (
    <EditingContext value={editing}>
      <Top id={id} version={version} changed={changed} broken={broken} />
      <div className="pb">
        <div>
          <div className="pb-parts">
            <Segments
              label="Part of the playbook"
              value={part}
              options={[...parts]}
              onChange={next => {
                setPart(next);
                setTaken(null);
              }}
            />
            {inWords && content.languages.length > 1 ? (
              <Segments
                label="Language of the texts"
                value={language}
                onChange={setLanguage}
                options={content.languages.map(value => ({
                  value,
                  label:
                    missing(value) > 0
                      ? `${languageName(value)}, ${missing(value)} open`
                      : languageName(value),
                }))}
              />
            ) : null}
          </div>
          {taken ? (
            <Note tone="in" title={`${taken} stands in the draft now.`}>
              Nothing is in force yet. Look at the difference, then publish.
            </Note>
          ) : null}
          {part === 'talk' ? <TalkPart /> : null}
          {part === 'answers' ? <AnswersPart /> : null}
          {part === 'score' ? <ScorePart /> : null}
          {part === 'people' ? <PeoplePart /> : null}
          {part === 'publish' ? (
            <>
              {broken > 0 ? <Problems onGo={setPart} /> : null}
              <DifferencePart changes={changes} version={version} />
              {version > 0 ? (
                <Replay id={id} content={content} language={language} ready={broken === 0} />
              ) : null}
            </>
          ) : null}
          {part === 'versions' ? (
            <VersionsPart
              id={id}
              version={version}
              onTake={(next, from) => {
                control.edit(draft =>
                  Object.assign(
                    draft,
                    {answers: undefined, businessHours: undefined, greeting: undefined, starters: undefined},
                    next,
                  ),
                );
                setTaken(from);
              }}
            />
          ) : null}
        </div>
        <TryPanel
          languages={content.languages}
          language={language}
          onLanguage={setLanguage}
          people={people}
          onPeople={setPeople}
          said={said}
          onSaid={setSaid}
          trial={trial}
          error={error}
          broken={broken}
          busy={busy}
        />
      </div>
      <DraftBar control={control} version={version} changed={changed} broken={broken} />
    </EditingContext>
  );
};

const EditorPage = () => {
  const {playbookId} = useParams({from: '/console-shell/admin/playbooks/$playbookId'});
  const control = useDraft(playbookId);
  const {draft, loadError, refetch} = control;
  return (
    <>
      <Link to="/admin/playbooks" className="backlink">
        <IconArrowLeft className="i s" aria-hidden />
        Playbooks
      </Link>
      <Page title={control.data?.playbook.name ?? 'Playbook'}>
        {loadError ? (
          <LoadFailed what="The playbook" error={loadError} onRetry={() => void refetch()} />
        ) : draft ? (
          <Editor key={playbookId} id={playbookId} control={control} content={draft.content} />
        ) : (
          <Loading what="the playbook" rows={8} />
        )}
      </Page>
    </>
  );
};
export default EditorPage;
