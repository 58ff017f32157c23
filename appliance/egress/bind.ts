import {AppError} from '../kit/errors.ts';
import type {Egress, EgressRequest} from './contract.ts';

/** A `send` for full addresses, bound to one destination and purpose: what connectors and their SDKs are given. */
export const bindEgress =
  (egress: Pick<Egress, 'send'>, destination: string, purpose: EgressRequest['purpose']) =>
  async (
    request: Omit<EgressRequest, 'destination' | 'purpose' | 'expect' | 'path'> & {url: string},
  ): ReturnType<Egress['send']> => {
    const {url, ...rest} = request;
    const target = URL.parse(url);
    if (!target || !/^https?:$/.test(target.protocol) || target.username !== '' || target.password !== '') {
      throw new AppError(
        'forbidden',
        'egress.bad_request',
        'The address is not an http or https URL without a password.',
      );
    }
    const plain = target.protocol === 'http:';
    return egress.send({
      ...rest,
      destination,
      purpose,
      expect: {
        host: target.hostname.replace(/^\[|\]$/g, ''),
        port: Number(target.port) || (plain ? 80 : 443),
        plain,
      },
      path: target.pathname + target.search,
    });
  };
