import {subscribe, unsubscribe} from 'node:diagnostics_channel';
import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import type {Server} from 'node:https';
import {join} from 'node:path';
import {z} from 'zod';
import type {Route} from '../../../appliance/kit/route.ts';
import type {Mutation, World} from '../world.ts';

const routeAt = ({appliance}: World, path: string): Route => {
  const route = appliance.inside.routes.find(one => one.method === 'get' && one.path === path);
  if (!route) throw new Error(`there is no ${path}`);
  return route;
};

/** The server that answers, as Node itself tells of it when a connection comes in. */
const serverOf = async ({appliance}: World): Promise<Server> => {
  const servers: Server[] = [];
  const see = (message: unknown): void => {
    servers.push((message as {socket: {server: Server}}).socket.server);
  };
  subscribe('net.server.socket', see);
  await fetch(`${appliance.base}/health/live`, {headers: {connection: 'close'}});
  unsubscribe('net.server.socket', see);
  const port = Number(new URL(appliance.base).port);
  const server = servers.find(one => (one.address() as {port?: number} | null)?.port === port);
  if (!server) throw new Error('the server was not seen');
  return server;
};

export const http: readonly Mutation[] = [
  {
    control: 'U1.answers-cut',
    how: 'an answer declares that it may hold anything',
    apply: async world => {
      const route = routeAt(world, '/api/admin/users');
      const {response} = route;
      route.response = z.looseObject({});
      return () => {
        if (response) route.response = response;
      };
    },
  },
  {
    control: 'U3.before-opening',
    how: 'the loader keeps an identifier',
    apply: async ({widget}) => {
      const loader = join(widget, 'widget.js');
      const before = readFileSync(loader);
      appendFileSync(loader, '\nlocalStorage.visitor=crypto.randomUUID();');
      return () => writeFileSync(loader, before);
    },
  },
  {
    control: 'L2.listener',
    how: 'the server takes TLS 1.1, too',
    apply: async world => {
      const server = await serverOf(world);
      const {certificate, key} = world.certificate;
      server.setSecureContext({cert: certificate, key, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0'});
      return () => server.setSecureContext({cert: certificate, key, minVersion: 'TLSv1.2'});
    },
  },
  {
    control: 'L4.auditors-read',
    how: 'auditors are let into conversations',
    apply: async world => {
      const route = routeAt(world, '/api/agent/conversations');
      const {access} = route;
      route.access = ['administrator', 'agent', 'auditor'];
      return () => {
        route.access = access;
      };
    },
  },
];
