import {egressPurposesKnown, type Recipient, type Running} from '../running.ts';
import {getRegion} from '../regions.ts';
import type {Document} from './document.ts';
import {categoryWords, egressWords, transferWords as basisWords} from './terms.ts';
import {usageLines} from './usage.ts';

export const transferBasis = ({inside, ownNetwork, exception}: Recipient, region: string): string =>
  inside
    ? `None needed: inside ${getRegion(region).label}${ownNetwork ? ', in the own network' : ''}`
    : exception
      ? `Outside ${getRegion(region).label}, until ${exception.until.slice(0, 10)}: ${basisWords[exception.basis]}`
      : `Outside ${getRegion(region).label}: safeguards under Art. 44 to 49 are for the organisation to record`;

export const categoriesText = ({categories}: Recipient): string =>
  categories.length === 0
    ? 'none that is personal'
    : categories.map(category => `${category} ${categoryWords[category]}`).join(', ');

/** Reasons to leave the box that nothing is used for now. */
export const unusedPurposes = (running: Running) =>
  egressPurposesKnown.filter(purpose => !running.recipients.some(one => one.purpose === purpose));

/** Third parties of the configuration that really runs. When the last byte left is for the live page: it is no version's. */
export const registerDocument = (running: Running): Document => ({
  language: 'en',
  title: `Register of sub-processors and other recipients: ${running.company}`,
  sections: [
    {
      id: 'used',
      title: 'In use',
      blocks:
        running.recipients.length === 0
          ? [{p: 'None. The appliance sends data to no third party.'}]
          : [
              {
                table: {
                  head: ['Recipient', 'What for', 'Data', 'Declared place', 'Transfer basis'],
                  rows: running.recipients.map(one => [
                    `${one.name} (${one.host})`,
                    egressWords[one.purpose],
                    categoriesText(one),
                    getRegion(one.region).label,
                    transferBasis(one, running.region),
                  ]),
                },
              },
            ],
    },
    {
      id: 'unused',
      title: 'Not used',
      blocks: [{list: unusedPurposes(running).map(purpose => egressWords[purpose])}],
    },
    {
      id: 'usage',
      title: 'Usage data, read on this server alone',
      blocks: [{list: usageLines(running)}],
    },
    {
      id: 'construction',
      title: 'By construction',
      blocks: [
        {
          p: 'Analytics and advertising: none. The appliance has no such service, and no reason to connect that is not in this register.',
        },
        {
          p: `Hosting: the appliance runs on a server of ${running.company}. Who houses that server is for the organisation to add; the appliance cannot know it.`,
        },
        {
          p: 'A destination that is declared and switched off is not listed. Who declared what, and every attempt to connect, is on the page Residency.',
        },
      ],
    },
  ],
});
