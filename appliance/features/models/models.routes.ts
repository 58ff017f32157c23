import {route, type Route, userOf} from '../../kit/route.ts';
import {uploadRoutes} from '../../kit/uploads.ts';
import * as schema from './models.schema.ts';
import type {Models} from './models.service.ts';

const administrators = ['administrator'] as const;

export const modelRoutes = (deps: {
  models: Models;
  /** Throws unless the order was made with the master key, just now. */
  checkHost: (input: {order: schema.HostOrder; at: string; proof: string}) => void;
}): Route[] => {
  const {models} = deps;
  return [
    route({
      method: 'get',
      path: '/api/admin/models',
      summary: 'Models here, which one answers, what could be brought, and the work under way.',
      access: administrators,
      ...schema.listModels,
      handle: () => models.overview(),
    }),
    ...uploadRoutes({
      path: '/api/admin/model-uploads',
      what: 'a model file, whose SHA-256 is the publisher’s,',
      access: administrators,
      body: schema.startUpload.body,
      begin: (body, caller) => models.beginUpload({...body, actorId: userOf(caller).userId}),
      uploads: models.uploads,
    }),
    route({
      method: 'post',
      path: '/api/admin/model-imports',
      summary: 'Import a file that lies in the import folder of the data directory.',
      access: administrators,
      ...schema.importFile,
      status: 202,
      handle: async ({body, caller}) => ({
        task: models.importOffered(body.file, body.sha256, userOf(caller).userId),
      }),
    }),
    route({
      method: 'post',
      path: '/api/admin/model-downloads',
      summary:
        'Fetch a model file from a host inside the region, through the egress broker; a host that is new is declared with it.',
      access: administrators,
      ...schema.fetchModel,
      status: 202,
      handle: async ({body, caller}) => ({task: await models.fetchModel(body, userOf(caller).userId)}),
    }),
    route({
      method: 'delete',
      path: '/api/admin/model-mirrors/{mirrorId}',
      summary: 'Forget a host that models were fetched from: it can no longer be reached.',
      access: administrators,
      ...schema.removeMirror,
      handle: async ({params, caller}) => {
        await models.removeMirror(params.mirrorId, userOf(caller).userId);
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/model-task/stop',
      summary: 'Stop the work under way on a model. Nothing is kept of it.',
      access: administrators,
      ...schema.stopTask,
      handle: async ({caller}) => ({task: await models.stop(userOf(caller).userId)}),
    }),
    route({
      method: 'post',
      path: '/api/admin/models/{modelId}/{act}',
      summary:
        'Check its file, measure its speed or its accuracy, put it into service, or let it find passages; goes on in the background.',
      access: administrators,
      ...schema.act,
      status: 202,
      handle: async ({params, caller}) => ({
        task: await models.act(params.act, params.modelId, userOf(caller).userId),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/models/{modelId}',
      summary: 'Remove a model and its file.',
      access: administrators,
      ...schema.removeModel,
      handle: async ({params, caller}) => {
        await models.remove(params.modelId, userOf(caller).userId);
        return undefined;
      },
    }),
    route({
      method: 'put',
      path: '/api/admin/model-server',
      summary:
        'Connect an OpenAI-compatible server, or change the connection; its host becomes a destination of the egress broker, and it is tested in the background.',
      access: administrators,
      ...schema.connectServer,
      status: 202,
      handle: async ({body, caller}) => ({task: await models.connectServer(body, userOf(caller).userId)}),
    }),
    route({
      method: 'delete',
      path: '/api/admin/model-server',
      summary: 'Disconnect the model server: its key and its destination go.',
      access: administrators,
      handle: async ({caller}) => {
        await models.remove('server', userOf(caller).userId);
        return undefined;
      },
    }),
    route({
      method: 'put',
      path: '/api/admin/embedding-server',
      summary:
        'Let a model on an OpenAI-compatible server find passages; its host becomes a destination of the egress broker, and it is tried in the background.',
      access: administrators,
      ...schema.connectServer,
      status: 202,
      handle: async ({body, caller}) => ({task: await models.connectEmbedder(body, userOf(caller).userId)}),
    }),
    route({
      method: 'post',
      path: '/api/admin/embedding-server/test',
      summary: 'Try the server that finds passages once more; its vectors are made anew.',
      access: administrators,
      ...schema.testEmbedder,
      status: 202,
      handle: async ({caller}) => ({task: await models.testEmbedder(userOf(caller).userId)}),
    }),
    route({
      method: 'delete',
      path: '/api/admin/embedder',
      summary: 'Find passages by their words alone: what was made of their meaning goes, and a server’s key.',
      access: administrators,
      handle: async ({caller}) => {
        await models.embedderOff(userOf(caller).userId);
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/api/host/models',
      summary: 'The same, ordered by `crowlit model` on the host, with the master key as proof.',
      access: 'public',
      ...schema.hostOrder,
      perMinute: 600,
      handle: async ({body}) => {
        deps.checkHost(body);
        return models.order(body.order);
      },
    }),
  ];
};
