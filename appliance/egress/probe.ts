import {once} from 'node:events';
import {connect} from 'node:net';
import type {HostAnswer} from './contract.ts';

/** Kept for documentation (RFC 5737): nobody is there, and nothing of ours is said to whoever should answer. */
export const nobody = {host: '192.0.2.1', port: 443};
const patience = 2000;
/** A firewall or a guard that rejects. Whatever drops in silence looks like a host that is not there. */
const refusals = new Set(['EPERM', 'EACCES', 'egress.direct_connection_refused']);
const noRoute = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN']);

/** With no judge before it: what becomes of a packet that nobody allowed, from the process this runs in. */
export const probe = async ({host, port} = nobody): Promise<HostAnswer> => {
  const socket = connect({host, port});
  try {
    await once(socket, 'connect', {signal: AbortSignal.timeout(patience)});
    return {outcome: 'open', code: 'connected'};
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (refusals.has(code)) return {outcome: 'refused', code};
    return {
      outcome: noRoute.has(code) ? 'no_route' : 'open',
      code: code === 'ABORT_ERR' ? 'no answer' : code,
    };
  } finally {
    socket.on('error', () => {}).destroy();
  }
};
