import {IconUsersGroup} from '@tabler/icons-react';
import {Link} from '@tanstack/react-router';
import type {getRegister} from '../../../appliance/features/privacy/documents.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing, State} from '../../shared/components/state.tsx';
import {Ago} from '../../shared/components/time.tsx';
import {formatDay, plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {purposeWord} from '../purpose-words.ts';
import {useRegionLabel} from '../regions.ts';
import {Downloads, SchemaLink} from './downloads.tsx';
import {Versions} from './versions.tsx';
import './privacy.css';

type Register = Answer<typeof getRegister>;

const Table = ({recipients}: Pick<Register, 'recipients'>) => {
  const regionLabel = useRegionLabel();
  return (
    <div className="panel">
      <table className="table stack">
        <thead>
          <tr>
            <th>Recipient</th>
            <th>What for</th>
            <th>Data</th>
            <th>Declared place</th>
            <th>Declared by</th>
            <th>Last byte</th>
          </tr>
        </thead>
        <tbody>
          {recipients.map(one => (
            <tr key={`${one.purpose} ${one.name} ${one.host}`}>
              <td>
                <b className="break">{one.name}</b>
                <small className="mono break">{one.host}</small>
              </td>
              <td data-l="What for">{purposeWord(one.purpose)}</td>
              <td data-l="Data">
                <span className="row wrap" style={{display: 'inline-flex'}}>
                  {one.categories.length === 0
                    ? 'None that is personal'
                    : one.categories.map(category => (
                        <span key={category} className="tag mono">
                          {category}
                        </span>
                      ))}
                </span>
              </td>
              <td data-l="Declared place">
                {one.insideRegion ? (
                  regionLabel(one.region)
                ) : (
                  <State tone="in">{regionLabel(one.region)}</State>
                )}
                <small>{one.transferBasis}</small>
              </td>
              <td data-l="Declared by">
                {one.declaredBy}
                <small>{formatDay(one.declaredAt)}</small>
              </td>
              <td data-l="Last byte">{one.lastByteAt ? <Ago at={one.lastByteAt} /> : 'None so far'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const Top = ({recipients, version}: Register) => {
  const outside = recipients.filter(({insideRegion}) => !insideRegion).length;
  return (
    <Standing
      tone={outside > 0 ? 'in' : 'ok'}
      state={
        recipients.length === 0
          ? 'No recipient outside this server is in use.'
          : `${plural(recipients.length, 'recipient is', 'recipients are')} in use${outside > 0 ? `, ${outside} declared outside the region` : ''}.`
      }
      meaning="Made from what is switched on now, so it cannot name what is off or leave out what is on. Who houses the server itself is not known to it."
      next={
        recipients.length === 0
          ? 'Nothing now. A connector or a model server appears here as soon as it is switched on.'
          : `Check that you have a contract with each that is a company of its own (Art. 28). This is version ${version.number}, since ${formatDay(version.at)}.`
      }
    />
  );
};

const RegisterPage = () => {
  const {data, error, refetch} = useGet<Register>('/api/admin/register', {every: 30_000});
  return (
    <Page title="Register">
      {error ? (
        <LoadFailed what="The register" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top {...data} />
          <Section
            title="In use"
            hint={<SchemaLink series="register" />}
            aside={
              <span className="row wrap">
                <Downloads series="register" />
              </span>
            }
          >
            {data.recipients.length === 0 ? (
              <Empty title="No recipient" icon={IconUsersGroup}>
                Nothing is sent to anybody. <Link to="/admin/connectors">CRM connectors</Link> and{' '}
                <Link to="/admin/models">model servers</Link> bring their own entries.
              </Empty>
            ) : (
              <Table recipients={data.recipients} />
            )}
          </Section>
          <Section title="Not used" hint="Reasons to leave this server for which nothing is declared">
            <ul className="row wrap">
              {data.unused.map(({purpose, label}) => (
                <li key={purpose} className="tag">
                  {label}
                </li>
              ))}
              <li className="tag">Analytics: none by construction</li>
            </ul>
          </Section>
          <Versions series="register" />
        </>
      ) : (
        <Loading what="the register" rows={6} />
      )}
    </Page>
  );
};
export default RegisterPage;
