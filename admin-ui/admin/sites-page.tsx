import {IconPlus, IconWorld} from '@tabler/icons-react';
import {useState} from 'react';
import type {listSites, Site} from '../../appliance/features/sites/sites.schema.ts';
import type {Answer} from '../shared/api.ts';
import {CopyBox} from '../shared/components/copy.tsx';
import {Empty, LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Standing, State} from '../shared/components/state.tsx';
import {plural} from '../shared/format.ts';
import {languageName} from '../shared/languages.tsx';
import {useGet} from '../shared/query.ts';
import {SiteForm} from './site-form.tsx';

const Top = ({sites}: {sites: Site[]}) => {
  const open = sites.filter(site => site.origins.length === 0);
  if (sites.length === 0)
    return (
      <Standing
        tone="no"
        state="No website has the chat."
        meaning="Nobody can reach you through this appliance yet."
        next="Add the website, then paste its line into your pages."
      />
    );
  if (open.length > 0)
    return (
      <Standing
        tone="at"
        state={`“${open[0]?.name}” has no address yet.`}
        meaning="Browsers show the chat only on listed addresses, so on this website they show it nowhere."
        next="Add the address of its pages below."
      />
    );
  return (
    <Standing
      tone="ok"
      state={`${plural(sites.length, 'website')} may show the chat.`}
      meaning="Browsers refuse to show it on any address that is not listed here. Whether a page really contains the line is not checked."
      next="Paste the line of a website into each page that should have the chat."
    />
  );
};

const SiteCard = ({site}: {site: Site}) => {
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title={site.name}
      hint={
        site.origins.length === 0 ? (
          <State tone="at">Shown nowhere</State>
        ) : (
          plural(site.origins.length, 'address', 'addresses')
        )
      }
      aside={
        editing ? undefined : (
          <button type="button" className="link" onClick={() => setEditing(true)}>
            Edit<span className="vh"> {site.name}</span>
          </button>
        )
      }
    >
      {editing ? (
        <SiteForm site={site} onClose={() => setEditing(false)} />
      ) : (
        <div className="panel form col">
          <dl className="kv">
            <dt>Addresses</dt>
            <dd>
              {site.origins.length === 0
                ? 'None'
                : site.origins.map(origin => (
                    <div key={origin} className="mono">
                      {origin}
                    </div>
                  ))}
            </dd>
            <dt>Languages</dt>
            <dd>
              {site.languages.map(languageName).join(', ')}; {languageName(site.defaultLanguage)} for
              everybody else
            </dd>
          </dl>
          <div>
            <p className="mantine-InputWrapper-label">The line for your pages</p>
            <p className="dim s13" style={{marginBottom: 6}}>
              Paste it before <span className="mono">&lt;/body&gt;</span>. It loads the chat from this server
              and nothing from anywhere else.
            </p>
            <CopyBox text={site.snippet} what={`the line for ${site.name}`} />
          </div>
        </div>
      )}
    </Section>
  );
};

const SitesPage = () => {
  const {data, error, refetch} = useGet<Answer<typeof listSites>>('/api/admin/sites');
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Websites"
      actions={
        <button type="button" className="btn p" aria-expanded={adding} onClick={() => setAdding(true)}>
          <IconPlus className="i s" aria-hidden />
          Add a website
        </button>
      }
    >
      {error ? (
        <LoadFailed what="The websites" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top sites={data.sites} />
          {adding ? (
            <Section title="Add a website">
              <SiteForm onClose={() => setAdding(false)} />
            </Section>
          ) : null}
          {data.sites.length === 0 && !adding ? (
            <Empty title="No website yet" icon={IconWorld}>
              A website here is a name, the addresses whose pages may show the chat, and the languages it
              speaks.
            </Empty>
          ) : null}
          {data.sites.map(site => (
            <SiteCard key={site.id} site={site} />
          ))}
        </>
      ) : (
        <Loading what="the websites" rows={6} />
      )}
    </Page>
  );
};
export default SitesPage;
