import type {Purpose} from '../../../storage/index.ts';
import {dataMap, personalEntries, subjectKinds} from '../data-map.ts';
import {getRegion} from '../regions.ts';
import type {Running} from '../running.ts';
import type {Document, Section} from './document.ts';
import {frameworks, frameworksInWords, mappedHere} from './mappings.ts';
import {categoriesText, transferBasis} from './register.ts';
import {basisWords, categoryWords, erasureWords, keptWords, purposeWords, subjectWords} from './terms.ts';
import {usageLines} from './usage.ts';

/** GDPR Art. 30(1)(g): what this version does, each in code that its tests check. */
const securityMeasures = ({database}: Running): string[] => [
  'Personal fields are sealed with AES-256-GCM under a key per person; the keys are kept in a store of their own, apart from the data.',
  database === 'sqlite'
    ? 'The database file is encrypted as a whole (AES-256).'
    : 'The data is in PostgreSQL; encrypting its disks as a whole is for those who run that server.',
  'A personal column is opened only for a purpose that it allows; anything else is refused in code.',
  'Connections outwards are refused unless a named person declared the destination to be in the region; every attempt is logged.',
  'An address that others can reach is refused without TLS.',
  'Access is by role; each look at personal data stands in a tamper-evident log.',
  'Payment card numbers are masked before anything is stored.',
  'What is older than its period is deleted every night, the key first.',
];

const distinct = <Value>(values: Value[]): Value[] => [...new Set(values)];

/** The record of processing activities, GDPR Art. 30(1): one activity per purpose that something here really acts for. */
export const recordOf = (running: Running) => {
  const entries = personalEntries(dataMap(running.tables, running.recipients));
  const activity = (purpose: Purpose) => {
    const read = entries.filter(entry => entry.purposes.includes(purpose));
    return {
      purpose,
      description: purposeWords[purpose],
      bases: distinct(read.map(({basis}) => basis)),
      subjects: subjectKinds.filter(kind => read.some(({subjects}) => subjects.includes(kind))),
      categories: distinct(read.map(({category}) => category)).toSorted(),
      retention: distinct(read.map(({retention}) => retention)).map(one => ({
        class: one,
        period: keptWords(one, running.retention),
      })),
    };
  };
  return {
    controller: {name: running.company, contact: running.contact, region: running.region},
    activities: running.purposes.map(activity).filter(({categories}) => categories.length > 0),
    recipients: running.recipients.map(one => ({
      name: one.name,
      host: one.host,
      purpose: one.purpose,
      region: one.region,
      insideRegion: one.inside,
      ownNetwork: one.ownNetwork,
      categories: one.categories,
      transferBasis: transferBasis(one, running.region),
    })),
    model: running.model,
    usage: {
      measured: [...running.usage.measured],
      off: [...running.usage.off],
      addresses: running.usage.fullAddress === null ? ('truncated' as const) : ('whole' as const),
      reason: running.usage.fullAddress,
      modes: [...running.usage.modes],
    },
    security: securityMeasures(running),
    columns: entries,
    mappings: mappedHere.map(({promise: _promise, ...mapping}) => mapping),
  };
};
export type ProcessingRecord = ReturnType<typeof recordOf>;

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export const controllerSection = ({company, contact, region}: Running): Section => ({
  id: 'controller',
  title: 'Controller',
  blocks: [
    {p: company},
    ...(contact.postalAddress === '' ? [] : [{p: `Postal address: ${contact.postalAddress}`}]),
    {p: `Contact for privacy requests: ${[contact.name, contact.email].filter(Boolean).join(', ')}`},
    {
      p:
        contact.officer === ''
          ? 'Data protection officer: none named here'
          : `Data protection officer: ${contact.officer}`,
    },
    {p: `Data is kept in: ${getRegion(region).label}`},
  ],
});

export const recipientsSection = (running: Running): Section => ({
  id: 'recipients',
  title: 'Recipients and transfers',
  blocks:
    running.recipients.length === 0
      ? [{p: 'No recipient outside the organisation. Nothing is transferred.'}]
      : [
          {
            table: {
              head: ['Recipient', 'Data', 'Declared place', 'Transfer basis'],
              rows: running.recipients.map(one => [
                one.name,
                categoriesText(one),
                getRegion(one.region).label,
                transferBasis(one, running.region),
              ]),
            },
          },
        ],
});

export const mappingSection = (): Section => ({
  id: 'mappings',
  title: 'What this answers to',
  blocks: [
    {
      p: `Pointers into ${frameworksInWords}. They help an auditor to find the evidence; they certify nothing.`,
    },
    {
      table: {
        head: ['What', 'Where', ...Object.values(frameworks)],
        rows: mappedHere.map(one => [
          one.what,
          one.where,
          one.gdpr,
          one.dora,
          one.iso27001,
          one.soc2,
          one.asvs,
        ]),
      },
    },
  ],
});

export const recordDocument = (running: Running): Document => {
  const record = recordOf(running);
  return {
    language: 'en',
    title: `Record of processing activities: ${running.company}`,
    sections: [
      controllerSection(running),
      {
        id: 'activities',
        title: 'Processing activities',
        blocks: [
          {
            table: {
              head: ['Purpose', 'Legal basis', 'People', 'Data', 'Kept'],
              rows: record.activities.map(one => [
                one.description,
                one.bases.map(basis => basisWords[basis]).join('; '),
                sentence(one.subjects.map(subject => subjectWords[subject]).join(', ')),
                one.categories.map(category => `${category} ${categoryWords[category]}`).join(', '),
                sentence(distinct(one.retention.map(({period}) => period)).join('; ')),
              ]),
            },
          },
        ],
      },
      recipientsSection(running),
      {id: 'usage', title: 'Usage data', blocks: [{list: usageLines(running)}]},
      {id: 'security', title: 'Technical and organisational measures', blocks: [{list: record.security}]},
      {
        id: 'columns',
        title: 'Data map',
        blocks: [
          {p: 'Every personal column of the database, as storage itself works by it.'},
          {
            table: {
              head: ['Column', 'Category', 'Purposes', 'Basis', 'Recipients', 'Kept', 'Erased by'],
              rows: record.columns.map(one => [
                `${one.table}.${one.column}`,
                one.category,
                one.purposes.join(', '),
                one.basis.replaceAll('_', ' '),
                one.recipients.join(', ') || 'none',
                keptWords(one.retention, running.retention),
                erasureWords[one.erasedBy],
              ]),
            },
          },
        ],
      },
      mappingSection(),
    ],
  };
};
