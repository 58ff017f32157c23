import {isIP} from 'node:net';
import {classifyAddress, mayReach} from './address.ts';

export type Lookup = (host: string) => Promise<{address: string; family: number}[]>;
export type Resolved = {addresses: {address: string; family: number}[]} | {refused: string};

/**
 * Resolves once; the connection goes to what is returned here and never asks again, so a name cannot turn to another
 * address between check and connect. One forbidden address among several spoils the name: an honest
 * public name has none, and it must not be left to chance which one is dialled.
 */
export const resolve = async (host: string, privateNetwork: boolean, lookup: Lookup): Promise<Resolved> => {
  const family = isIP(host);
  const addresses = family > 0 ? [{address: host, family}] : await lookup(host);
  for (const {address} of addresses) {
    const kind = classifyAddress(address);
    if (mayReach(kind, privateNetwork)) continue;
    return {
      refused:
        privateNetwork && kind === 'public'
          ? `${host} is declared to be inside the organisation's own network, but ${address} is a public address.`
          : `${host} leads to ${address} (${kind.replace('_', ' ')}). ${
              kind === 'private' || kind === 'loopback' || kind === 'shared'
                ? "If it is a host of the organisation's own, declare the destination private."
                : 'Such an address is never reachable.'
            }`,
    };
  }
  return addresses.length === 0 ? {refused: `${host} has no address.`} : {addresses};
};
