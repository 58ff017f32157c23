import './playbooks.css';
import {IconListCheck, IconPlus} from '@tabler/icons-react';
import {Link} from '@tanstack/react-router';
import {useState} from 'react';
import type {listPlaybooks} from '../../../appliance/features/qualification/qualification.schema.ts';
import type {listSites, Site} from '../../../appliance/features/sites/sites.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing, State} from '../../shared/components/state.tsx';
import {formatDay, plural} from '../../shared/format.ts';
import {languageName} from '../../shared/languages.tsx';
import {useGet} from '../../shared/query.ts';
import {NewPlaybook} from './new-playbook.tsx';

type Summary = Answer<typeof listPlaybooks>['playbooks'][number];

/** A language that a website speaks and its playbook does not: visitors there would be answered in another one. */
const unspoken = (site: Site, playbooks: readonly Summary[]): string[] => {
  const playbook = playbooks.find(({id}) => id === site.playbookId);
  return playbook ? site.languages.filter(language => !playbook.languages.includes(language)) : [];
};

const Top = ({playbooks, sites}: {playbooks: Summary[]; sites: Site[]}) => {
  const gap = sites.find(site => unspoken(site, playbooks).length > 0);
  const drafts = playbooks.filter(({draftSavedAt}) => draftSavedAt !== null);
  if (gap)
    return (
      <Standing
        tone="at"
        state={`“${gap.name}” speaks ${unspoken(gap, playbooks).map(languageName).join(', ')}, its playbook does not.`}
        meaning="Visitors who write that language are answered in the playbook’s first one."
        next="Write the playbook in that language too, or take the language from the website."
      />
    );
  return (
    <Standing
      tone={drafts.length > 0 ? 'in' : 'ok'}
      state={
        drafts.length > 0
          ? `${plural(drafts.length, 'draft waits', 'drafts wait')} to be published.`
          : `${plural(new Set(sites.map(({playbookId}) => playbookId)).size, 'playbook')} in force on ${plural(sites.length, 'website')}.`
      }
      meaning="A playbook says what the chat asks, what it may answer, and what makes a visitor a lead. Whatever else a visitor asks, the chat says it does not know and offers a person."
      next="Open one to change a question, try it as a visitor, and publish it as a new version."
    />
  );
};

const Row = ({playbook, sites}: {playbook: Summary; sites: Site[]}) => {
  const used = sites.filter(({playbookId}) => playbookId === playbook.id);
  return (
    <tr>
      <td>
        <Link to="/admin/playbooks/$playbookId" params={{playbookId: playbook.id}}>
          {playbook.name}
        </Link>
        <small>{playbook.languages.map(languageName).join(', ')}</small>
      </td>
      <td data-l="State">
        {playbook.version === 0 ? (
          <State tone="no">Never published</State>
        ) : (
          <>
            <State tone={used.length > 0 ? 'ok' : 'no'}>
              Version {playbook.version}
              {used.length > 0 ? ' in force' : ', used nowhere'}
            </State>
            <small>{formatDay(playbook.updatedAt)}</small>
          </>
        )}
      </td>
      <td data-l="Draft">
        {playbook.draftSavedAt ? (
          <State tone="in">Saved {formatDay(playbook.draftSavedAt)}</State>
        ) : (
          <span className="dim">none</span>
        )}
      </td>
      <td data-l="Websites">
        {used.length > 0 ? used.map(({name}) => name).join(', ') : <span className="dim">none</span>}
      </td>
      <td data-l="Bar" className="r">
        {playbook.bar}
      </td>
    </tr>
  );
};

const PlaybooksPage = () => {
  const {data, error, refetch} = useGet<Answer<typeof listPlaybooks>>('/api/admin/playbooks');
  const {data: answer} = useGet<Answer<typeof listSites>>('/api/admin/sites');
  const [adding, setAdding] = useState(false);
  const playbooks = data?.playbooks ?? [];
  const sites = answer?.sites ?? [];
  return (
    <Page
      title="Playbooks"
      actions={
        <button type="button" className="btn p" aria-expanded={adding} onClick={() => setAdding(true)}>
          <IconPlus className="i s" aria-hidden />
          Add a playbook
        </button>
      }
    >
      {error ? (
        <LoadFailed what="The playbooks" error={error} onRetry={() => void refetch()} />
      ) : data === undefined || answer === undefined ? (
        <Loading what="the playbooks" rows={8} />
      ) : (
        <>
          {playbooks.length > 0 ? <Top playbooks={playbooks} sites={sites} /> : null}
          {adding ? (
            <Section title="Add a playbook" hint="It answers nobody until you publish it">
              <NewPlaybook taken={playbooks.map(({id}) => id)} onClose={() => setAdding(false)} />
            </Section>
          ) : null}
          {playbooks.length === 0 ? (
            <Empty title="No playbook" icon={IconListCheck}>
              A playbook says what the chat asks, what it may answer, and which answers make a visitor a lead.
              Begin from one that comes with the appliance.
            </Empty>
          ) : (
            <div className="panel">
              <table className="table stack">
                <thead>
                  <tr>
                    <th>Playbook</th>
                    <th>State</th>
                    <th>Draft</th>
                    <th>Websites</th>
                    <th className="r">Bar</th>
                  </tr>
                </thead>
                <tbody>
                  {playbooks.map(playbook => (
                    <Row key={playbook.id} playbook={playbook} sites={sites} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </>
      )}
    </Page>
  );
};
export default PlaybooksPage;
