import {IconExternalLink} from '@tabler/icons-react';
import {useState} from 'react';
import type {getDocument} from '../../../appliance/features/privacy/documents.schema.ts';
import type {listSites} from '../../../appliance/features/sites/sites.schema.ts';
import type {Locale} from '../../../appliance/kit/schema.ts';
import {type Answer, withQuery} from '../../shared/api.ts';
import {CopyBox} from '../../shared/components/copy.tsx';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Segments} from '../../shared/components/expand.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing} from '../../shared/components/state.tsx';
import {formatDay, plural} from '../../shared/format.ts';
import {languages} from '../../shared/languages.tsx';
import {useGet} from '../../shared/query.ts';
import {useSession} from '../../shared/session.tsx';
import {ContactSection} from './contact-form.tsx';
import {DocumentView} from './document-view.tsx';
import {Downloads} from './downloads.tsx';
import {Versions} from './versions.tsx';
import './privacy.css';

const Addresses = ({language}: {language: Locale}) => {
  const {data, error, refetch} = useGet<Answer<typeof listSites>>('/api/admin/sites');
  if (error) return <LoadFailed what="The websites" error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="the websites" rows={2} />;
  return (
    <ul className="col">
      {data.sites.map(site => {
        const address = new URL(`/privacy/${site.id}/${language}`, location.origin).href;
        return (
          <li key={site.id} className="panel pad col" style={{gap: 8}}>
            <div className="row wrap">
              <b className="break">{site.name}</b>
              <span className="sp" />
              <a href={address} target="_blank" rel="noreferrer">
                Open the page of {site.name} <IconExternalLink className="i s" aria-hidden />
              </a>
            </div>
            <CopyBox text={address} what={`the address for ${site.name}`} />
          </li>
        );
      })}
    </ul>
  );
};

const NoticePage = () => {
  const [language, setLanguage] = useState<Locale>('en');
  const {role} = useSession().user;
  const {data, error, refetch} = useGet<Answer<typeof getDocument>>(
    withQuery('/api/admin/documents/notice', {language}),
  );
  return (
    <Page title="Notice">
      {error ? (
        <LoadFailed what="The notice" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Standing
            tone="ok"
            state={`Version ${data.version.number} is in force since ${formatDay(data.version.at)}.`}
            meaning="It is made from what really runs: switching a connector on or off, or changing a period, makes a new version at once. The widget links to it."
            next={
              data.changes.length > 0 && data.version.number > 1
                ? `Read what changed: ${plural(data.changes.length, 'section')}. Link to it from your website’s own notice.`
                : 'Read it once in each language your websites speak, and link to it from your website’s own notice.'
            }
          />
          {role === 'auditor' ? null : <ContactSection />}
          <Section
            title="As visitors read it"
            aside={
              <span className="row wrap tools">
                <Segments label="Language" options={languages} value={language} onChange={setLanguage} />
                <Downloads series="notice" language={language} />
              </span>
            }
          >
            <DocumentView document={data.document} />
          </Section>
          {role === 'administrator' ? (
            <Section title="Public addresses" hint="One per website and language; they stay the same">
              <Addresses language={language} />
            </Section>
          ) : null}
          <Versions series="notice" language={language} />
        </>
      ) : (
        <Loading what="the notice" rows={8} />
      )}
    </Page>
  );
};
export default NoticePage;
