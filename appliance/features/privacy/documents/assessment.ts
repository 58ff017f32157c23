import type {Running} from '../running.ts';
import type {Document} from './document.ts';
import {controllerSection, mappingSection, recipientsSection, recordOf} from './record.ts';
import {basisWords, categoryWords, keptWords} from './terms.ts';
import {usageLines} from './usage.ts';

type Risk = {risk: string; measure: string; check: string};

/** Risks of a chat with an AI that qualifies people. Only what this version does is named as a measure. */
const risks = (running: Running): Risk[] => [
  {
    risk: 'A person is judged by a machine alone (Art. 22)',
    measure:
      'The score only calls a person or makes a lead. Each point stands beside the visitor’s own words, and each reason can be read.',
    check: 'Inbox: facts and reasons of any conversation',
  },
  {
    risk: 'A person does not know that an AI answers',
    measure:
      'Said before the first answer and fixed in sight; a person can be asked for at any time, and the AI can be objected to.',
    check: 'Widget; the notice, “An AI answers first”',
  },
  {
    risk: 'The AI notes something that was not said',
    measure:
      'A fact whose quote is not literally in a visitor’s message is refused where it would be stored.',
    check: 'Models: accuracy as measured on this machine',
  },
  {
    risk: 'Data is used for something else',
    measure: 'Columns name their purposes; the code refuses a reader of any other.',
    check: 'Data map; tests of the release',
  },
  {
    risk: 'Data leaves the region',
    measure:
      'The process connects to nothing outside; a broker reaches only declared destinations, and logs every attempt.',
    check: 'Residency: destinations and refused attempts',
  },
  ...(running.model.place === 'server'
    ? [
        {
          risk: 'The operator of the model server reads conversations',
          measure:
            'Its host is declared by a person, and its key goes to no other host. What it keeps is not in the hand of this appliance.',
          check: 'The contract with its operator; Register',
        },
      ]
    : []),
  ...(running.recipients.some(({purpose}) => purpose === 'crm_sync')
    ? [
        {
          risk: 'The CRM keeps a lead longer than the appliance does',
          measure:
            'Only qualified leads are sent, each delivery is logged. Deletion there is by the CRM’s own rules.',
          check: 'Deliveries; retention of the CRM',
        },
      ]
    : []),
  {
    risk: 'A stolen disk or database is read',
    measure: 'Personal fields are sealed under a key per person; keys are in a store of their own.',
    check: 'Data map, sealed columns; doctor',
  },
  {
    risk: 'Visitors write sensitive matters into a free field',
    measure:
      'The notice asks them not to; card numbers are masked. Other sensitive words are stored as written, sealed.',
    check: 'Residual: for the controller to weigh',
  },
  {
    risk: 'Data is kept too long',
    measure: `A run every night deletes conversations ${keptWords('conversations', running.retention)}, leads ${keptWords('leads', running.retention)}, usage after ${keptWords('usage', running.retention)}.`,
    check: 'Retention: past runs',
  },
];

/** GDPR Art. 35(7): what the appliance can say of itself. What only the controller can judge is left open, by name. */
export const assessmentDocument = (running: Running): Document => {
  const {activities} = recordOf(running);
  return {
    language: 'en',
    title: `Data protection impact assessment: ${running.company}`,
    sections: [
      controllerSection(running),
      {
        id: 'description',
        title: 'Systematic description (Art. 35(7)(a))',
        blocks: [
          {
            p: 'A visitor of a website writes in a chat. An AI answers first, notes facts with the visitor’s own words, and scores them by the rules of a playbook. From a number of points on a person is called, and a lead is made.',
          },
          {
            p:
              running.model.place === 'server'
                ? `The model in use runs on a model server: ${running.model.name ?? 'unnamed'}. Messages are sent there.`
                : `The model in use runs on this machine: ${running.model.name ?? 'the bundled one'}. Messages go to no AI service elsewhere.`,
          },
          {
            table: {
              head: ['Purpose', 'Data', 'Legal basis'],
              rows: activities.map(one => [
                one.description,
                one.categories.map(category => categoryWords[category]).join(', '),
                one.bases.map(basis => basisWords[basis]).join('; '),
              ]),
            },
          },
        ],
      },
      recipientsSection(running),
      {
        id: 'necessity',
        title: 'Necessity and proportionality (Art. 35(7)(b))',
        blocks: [
          {
            list: [
              'Nothing is stored about a visitor before they open the chat.',
              ...usageLines(running),
              'Nobody has to write anything; the chat goes on without contact details.',
              `Periods in force: conversations ${keptWords('conversations', running.retention)}, leads ${keptWords('leads', running.retention)}, usage ${keptWords('usage', running.retention)}.`,
              'The notice is generated from the same settings as this assessment.',
            ],
          },
        ],
      },
      {
        id: 'risks',
        title: 'Risks and measures (Art. 35(7)(c) and (d))',
        blocks: [
          {
            table: {
              head: ['Risk', 'Measure in force', 'Where to check'],
              rows: risks(running).map(({risk, measure, check}) => [risk, measure, check]),
            },
          },
        ],
      },
      {
        id: 'open',
        title: 'For the controller to add',
        blocks: [
          {
            list: [
              'How likely and how severe each risk is here, and what remains after the measures.',
              'The advice of the data protection officer (Art. 35(2)).',
              'The views of the people concerned or their representatives, where appropriate (Art. 35(9)).',
              'Who houses the server, and under which contract (Art. 28).',
              'Whether the supervisory authority has to be consulted (Art. 36).',
              'Who decided, and when this is looked at again (Art. 35(11)).',
            ],
          },
        ],
      },
      mappingSection(),
    ],
  };
};
