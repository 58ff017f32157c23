import {NativeSelect} from '@mantine/core';
import {useState} from 'react';
import type {getDataMap} from '../../../appliance/features/privacy/documents.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {LoadFailed, Loading, NothingMatches} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing} from '../../shared/components/state.tsx';
import {plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {Downloads, SchemaLink} from './downloads.tsx';
import {Versions} from './versions.tsx';
import './privacy.css';

type DataMap = Answer<typeof getDataMap>;
type Entry = DataMap['columns'][number];

const subjects = {
  visitors: 'visitors',
  colleagues: 'agents and administrators',
  organisation: 'people you name',
} as const;
const subjectOptions = [
  {value: '', label: 'All'},
  ...Object.entries(subjects).map(([value, label]) => ({value, label})),
];

const Row = ({entry, words}: {entry: Entry; words: DataMap['words']}) => (
  <tr>
    <td>
      <b className="mono break">{entry.column.replace(/_(sealed|personal)$/, '')}</b>
      <small className="mono break">{entry.table}</small>
      <small>{entry.subjects.map(one => subjects[one]).join(', ')}</small>
    </td>
    <td data-l="Category">
      <span className="tag mono">{entry.category}</span>
      <small>{words.categories[entry.category ?? '']}</small>
    </td>
    <td data-l="Purposes">{entry.purposes.map(one => one.replaceAll('_', ' ')).join(', ')}</td>
    <td data-l="Legal basis">{words.bases[entry.basis ?? ''] ?? entry.basis}</td>
    <td data-l="Recipients">{entry.recipients.join(', ') || <span className="dim">none</span>}</td>
    <td data-l="Kept">{words.retention[entry.retention] ?? entry.retention}</td>
    <td data-l="Protected and erased">
      {entry.sealed ? 'Sealed' : 'Plain, since the database compares it'}
      <small>{words.erasures[entry.erasedBy]}</small>
    </td>
  </tr>
);

const Table = ({columns, words}: DataMap) => {
  const [category, setCategory] = useState('');
  const [subject, setSubject] = useState('');
  const present = Object.keys(words.categories).filter(code => columns.some(one => one.category === code));
  const shown = columns.filter(
    entry =>
      (category === '' || entry.category === category) &&
      (subject === '' || (entry.subjects as string[]).includes(subject)),
  );
  return (
    <>
      <div className="filters" role="search" aria-label="Filter the data map">
        <NativeSelect
          label="Category"
          data={[
            {value: '', label: 'All'},
            ...present.map(code => ({value: code, label: `${code} ${words.categories[code]}`})),
          ]}
          value={category}
          onChange={event => setCategory(event.currentTarget.value)}
        />
        <NativeSelect
          label="Whose data"
          data={subjectOptions}
          value={subject}
          onChange={event => setSubject(event.currentTarget.value)}
        />
        <p className="t2 s13" role="status">
          {plural(shown.length, 'column')}
        </p>
      </div>
      {shown.length === 0 ? (
        <NothingMatches
          what="columns"
          onClear={() => {
            setCategory('');
            setSubject('');
          }}
        />
      ) : (
        <div className="panel">
          <table className="table stack map">
            <thead>
              <tr>
                <th>Column</th>
                <th>Category</th>
                <th>Purposes</th>
                <th>Legal basis</th>
                <th>Recipients</th>
                <th>Kept</th>
                <th>Protected and erased</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(entry => (
                <Row key={`${entry.table}.${entry.column}`} entry={entry} words={words} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
};

const DataMapPage = () => {
  const {data, error, refetch} = useGet<DataMap>('/api/admin/data-map');
  const columns = data?.columns.filter(({category}) => category !== null) ?? [];
  const tables = new Set(columns.map(({table}) => table)).size;
  return (
    <Page title="Data map">
      {error ? (
        <LoadFailed what="The data map" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Standing
            tone="ok"
            state={`${plural(columns.length, 'personal column')} in ${plural(tables, 'table')}, each declared.`}
            meaning="Storage works by these declarations: a column is opened only for a purpose it names, and what is not declared cannot be read."
            next="Take the record to your documents, and add to the DPIA what only you can judge. Both follow when something changes."
          />
          <Section
            title="Documents"
            hint={
              <>
                Record of processing activities (GDPR Art. 30) and impact assessment (Art. 35), with pointers
                into DORA, ISO 27001 and SOC 2. <SchemaLink series="record" />
              </>
            }
          >
            <div className="row wrap">
              <Downloads series="record" />
              <Downloads series="assessment" />
            </div>
          </Section>
          <Section title="Personal data, column by column">
            <Table columns={columns} words={data.words} />
          </Section>
          <Versions series="record" />
        </>
      ) : (
        <Loading what="the data map" rows={8} />
      )}
    </Page>
  );
};
export default DataMapPage;
