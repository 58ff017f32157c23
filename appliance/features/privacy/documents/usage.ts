import type {Running} from '../running.ts';
import {modeWords, usageWords} from './terms.ts';

/** What is measured of how the chat is used, what is not, and on which ground. */
export const usageLines = ({usage}: Running): string[] => {
  const {measured, off, fullAddress, modes} = usage;
  if (measured.length === 0) return ['Nothing is measured of how the chat is used.'];
  return [
    ...measured.map(one => `Measured: ${usageWords[one]}.`),
    ...off.map(one => `Switched off and not measured: ${usageWords[one]}.`),
    ...(measured.includes('address')
      ? [
          fullAddress === null
            ? 'Network addresses are truncated before they are stored (IPv4 /24, IPv6 /48).'
            : `Network addresses are stored whole, by the decision of an administrator. Reason: ${fullAddress}`,
        ]
      : []),
    ...modes.map(mode => `Measured ${modeWords[mode]}.`),
    'Global Privacy Control and Do Not Track are treated as an objection. After an objection nothing more is measured, and what was is deleted.',
  ];
};
