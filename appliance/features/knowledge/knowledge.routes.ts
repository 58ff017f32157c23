import {route, type Route, userOf} from '../../kit/route.ts';
import {uploadRoutes} from '../../kit/uploads.ts';
import type {Documents} from './documents.service.ts';
import * as schema from './knowledge.schema.ts';

const administrators = ['administrator'] as const;

export const knowledgeRoutes = (deps: {
  documents: Documents;
  limit: number;
  meaning: () => Promise<schema.Meaning | null>;
  explain: (question: {text: string; locale: schema.Passage['language']}) => Promise<schema.Answered>;
}): Route[] => {
  const {documents, limit} = deps;
  return [
    route({
      method: 'get',
      path: '/api/admin/knowledge',
      summary:
        'Documents the AI may quote, how far each is read, and whether they are found by their meaning too.',
      access: administrators,
      ...schema.listDocuments,
      handle: async () => ({documents: await documents.list(), limit, meaning: await deps.meaning()}),
    }),
    ...uploadRoutes({
      path: '/api/admin/knowledge-uploads',
      what: 'a document',
      access: administrators,
      body: schema.startUpload,
      begin: (body, caller) => documents.begin({...body, actorId: userOf(caller).userId}),
      uploads: documents.uploads,
    }),
    route({
      method: 'get',
      path: '/api/admin/knowledge/{documentId}/passages',
      summary: 'What was read of a document, passage by passage as it can be quoted.',
      access: administrators,
      ...schema.listPassages,
      handle: ({params, query}) => documents.passages(params.documentId, query),
    }),
    route({
      method: 'delete',
      path: '/api/admin/knowledge/{documentId}',
      summary: 'Remove a document: nothing of it is quoted from then on.',
      access: administrators,
      ...schema.removeDocument,
      handle: async ({params, caller}) => {
        await documents.remove(params.documentId, userOf(caller).userId);
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/knowledge-questions',
      summary: 'Which passage would be quoted to this question, or why none is. Nothing is kept.',
      access: administrators,
      ...schema.askQuestion,
      handle: ({body}) => deps.explain(body),
    }),
  ];
};
