import {connect} from 'node:net';
import {isAppError} from '../kit/errors.ts';
import {broken, type Control, kept, type Look} from '../kit/control.ts';
import type {Egress} from './contract.ts';

/** Set aside for documents (RFC 5737): nobody is there. */
const nowhere = '192.0.2.1';
const undeclared = 'evidence-check';

export const egressControls = (deps: {
  egress: Pick<Egress, 'send'>;
  /** How many attempts for that purpose the log holds that were refused. */
  refused: () => Promise<number>;
}): Control[] => {
  const brokerRefuses = async (): Promise<Look> => {
    const before = await deps.refused();
    const code = await deps.egress
      .send({destination: undeclared, purpose: 'audit_witness', method: 'GET', path: '/'})
      .then(() => 'answered')
      .catch((error: unknown) => (isAppError(error) ? error.code : 'failed'));
    const logged = (await deps.refused()) - before;
    const evidence = {answer: code, logged};
    if (code !== 'egress.unknown_destination')
      return broken('The broker did not refuse a destination that nobody declared.', evidence);
    return logged > 0
      ? kept('A destination that nobody declared was asked for, refused and logged.', evidence)
      : broken('A destination that nobody declared was refused, and the log does not say so.', evidence);
  };

  const processRefuses = async (): Promise<Look> => {
    const answer = await new Promise<string>(resolve => {
      const socket = connect({host: nowhere, port: 443});
      const end = (what: string): void => {
        clearTimeout(late);
        socket.destroy();
        resolve(what);
      };
      // refused at once or not at all
      const late = setTimeout(() => end('not refused'), 1000);
      socket.once('connect', () => end('connected'));
      socket.once('error', error => end(isAppError(error) ? error.code : 'not refused'));
    });
    const evidence = {address: nowhere, answer};
    return answer === 'egress.direct_connection_refused'
      ? kept(
          'A connection past the broker, tried from inside of the appliance’s process, was refused.',
          evidence,
        )
      : broken('The appliance’s own process could try to connect outwards, past the broker.', evidence);
  };

  return [
    {
      id: 'L1.broker-refuses',
      claim: 'A destination that nobody declared is not reached, and the attempt is logged.',
      enforcedBy: ['appliance/egress/rules.ts', 'appliance/egress/broker.ts', 'appliance/egress/egress.ts'],
      check: brokerRefuses,
    },
    {
      id: 'L1.process-refuses',
      claim: 'The appliance’s own process cannot connect outwards.',
      enforcedBy: ['appliance/egress/guard.ts', 'appliance/egress/guard/sockets.ts'],
      check: processRefuses,
    },
  ];
};
