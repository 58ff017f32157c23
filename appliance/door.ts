import {request} from 'node:http';
import {request as tlsRequest} from 'node:https';
import type {Config} from './config.ts';

const hostOf = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

/** An order to the appliance that runs at the configured address. Its certificate may be its own: the order holds no secret. */
export const order = (
  config: Pick<Config, 'host' | 'port' | 'tls'>,
  path: string,
  body: unknown,
  timeout = 10_000,
): Promise<{status: number; answer: unknown}> =>
  new Promise((resolve, reject) => {
    const options = {
      host: hostOf(config.host),
      port: config.port,
      path,
      method: 'POST',
      timeout,
      rejectUnauthorized: false,
      headers: {'content-type': 'application/json'},
    };
    const asked = (config.tls === undefined ? request : tlsRequest)(options, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({status: response.statusCode ?? 0, answer: JSON.parse(text)}));
    });
    asked.on('timeout', () => asked.destroy(new Error('timeout')));
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });

/** Asks the configured address from this machine: is it the appliance, nobody, or another program? */
export const whoAnswers = (
  config: Pick<Config, 'host' | 'port' | 'tls'>,
): Promise<'this_appliance' | 'nobody' | 'something_else'> => {
  const host = hostOf(config.host);
  if (config.port === 0) return Promise.resolve('nobody');
  const options = {host, port: config.port, path: '/health/live', timeout: 2000, rejectUnauthorized: false};
  return new Promise(resolve => {
    const asked = (config.tls === undefined ? request : tlsRequest)(options, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk.slice(0, 200);
      });
      response.on('end', () => resolve(text === '{"status":"live"}' ? 'this_appliance' : 'something_else'));
    });
    asked.on('timeout', () => asked.destroy(new Error('timeout')));
    asked.on('error', error =>
      resolve((error as {code?: string}).code === 'ECONNREFUSED' ? 'nobody' : 'something_else'),
    );
    asked.end();
  });
};
