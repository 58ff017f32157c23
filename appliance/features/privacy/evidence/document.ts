import type {Document, Section} from '../documents/document.ts';
import {frameworks, frameworksInWords} from '../documents/mappings.ts';
import type {ControlState, EvidenceView, PromiseState, PromiseView} from './evidence.schema.ts';
import {groupWords, type PromiseGroup} from './promises.ts';

export const controlWords: Record<ControlState, string> = {
  kept: 'Kept',
  broken: 'Broken',
  open: 'Not set up',
  not_checked: 'Not checked',
  not_applicable: 'Nothing to look at',
};
export const promiseWords: Record<PromiseState, string> = {
  kept: 'Kept',
  partly: 'Kept in part',
  broken: 'Broken',
  not_checked: 'Not checked',
  not_applicable: 'Not in this version, or nothing to look at yet',
};

export const disclaimer =
  'This is evidence, not certification. Each statement says what a check on this machine saw at the time beside it, and nothing beyond. Whether it satisfies a law, a standard or an auditor is for them to judge.';

const when = (at: string | null): string =>
  at === null ? 'never' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
const written = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

const section = (promise: PromiseView): Section => ({
  id: promise.id.toLowerCase(),
  title: `${promise.id}: ${promise.title}. ${promiseWords[promise.state]}`,
  blocks: [
    {p: promise.text},
    ...(promise.missing.length === 0 ? [] : [{list: promise.missing}]),
    ...(promise.controls.length === 0
      ? []
      : [
          {
            table: {
              head: ['Control', 'State', 'Checked', 'What it saw', 'What it looked at'],
              rows: promise.controls.map(one => [
                one.id,
                controlWords[one.state],
                when(one.checkedAt),
                one.found,
                Object.entries(one.evidence)
                  .map(([name, value]) => `${name}: ${written(value)}`)
                  .join('; ') || 'nothing',
              ]),
            },
          },
          {
            p: `Enforced by ${[...new Set(promise.controls.flatMap(({enforcedBy}) => enforcedBy))].join(', ')}.`,
          },
        ]),
  ],
});

/** What the pack's JSON holds, to be read by a person. */
export const evidenceDocument = (
  {promises, lastRunAt}: EvidenceView,
  appliance: {company: string; region: string; version: string; host: string},
): Document => {
  const states = Object.entries(promiseWords).map(([state, words]) => [
    words,
    String(promises.filter(promise => promise.state === state).length),
  ]);
  return {
    language: 'en',
    title: `Evidence: ${appliance.company}`,
    sections: [
      {
        id: 'summary',
        title: 'Summary',
        blocks: [
          {p: disclaimer},
          {
            p: `Region ${appliance.region}, version ${appliance.version}, machine ${appliance.host}. Last check ${when(lastRunAt)}.`,
          },
          {table: {head: ['State', 'Promises'], rows: states}},
        ],
      },
      ...(Object.keys(groupWords) as PromiseGroup[]).flatMap(group =>
        promises.filter(promise => promise.group === group).map(section),
      ),
      {
        id: 'mappings',
        title: 'What this answers to',
        blocks: [
          {p: `Pointers into ${frameworksInWords}. They help to find the evidence; they certify nothing.`},
          {
            table: {
              head: ['Promise', 'State', ...Object.values(frameworks)],
              rows: promises.map(({id, state, mapping}) => [
                id,
                promiseWords[state],
                ...(Object.keys(frameworks) as (keyof typeof frameworks)[]).map(one => mapping[one]),
              ]),
            },
          },
        ],
      },
    ],
  };
};
