import {errorAnswer} from '../kit/schema.ts';
import type {Route} from '../kit/route.ts';

const tagOf = (path: string): string => {
  const [, first = '', second = ''] = path.split('/');
  return first === 'api' && ['visitor', 'agent', 'admin'].includes(second)
    ? second
    : first === 'api'
      ? 'public'
      : first;
};

const operationId = ({method, path}: Route): string =>
  `${method}_${path.replaceAll(/[^a-zA-Z0-9]+/g, '_').replaceAll(/^_|_$/g, '')}`;

/** The library is loaded when somebody asks for the document, not at start. */
export const describeApi = async (options: {
  routes: readonly Route[];
  version: string;
  secureCookie: string;
}): Promise<object> => {
  const {createDocument} = await import('zod-openapi');
  const paths: Record<string, Record<string, unknown>> = {};
  const error = {
    description: 'What went wrong, in words for a person, with a stable code',
    content: {'application/json': {schema: errorAnswer}},
  };
  for (const route of options.routes) {
    const status = route.status ?? (route.response ? 200 : 204);
    const answer = route.response
      ? {description: 'Done', content: {'application/json': {schema: route.response}}}
      : {description: route.method === 'get' ? 'A file' : 'Done'};
    const item = (paths[route.path] ??= {});
    item[route.method] = {
      operationId: operationId(route),
      summary: route.summary,
      tags: [tagOf(route.path)],
      security:
        route.access === 'public'
          ? []
          : route.access === 'visitor'
            ? [{visitor: []}]
            : [route.method === 'get' ? {session: []} : {session: [], csrf: []}],
      ...(route.access !== 'public' && route.access !== 'visitor' ? {'x-roles': [...route.access]} : {}),
      requestParams: {
        ...(route.params ? {path: route.params} : {}),
        ...(route.query ? {query: route.query} : {}),
      },
      ...(route.body
        ? {requestBody: {required: true, content: {'application/json': {schema: route.body}}}}
        : route.bytesLimit === undefined
          ? {}
          : {
              requestBody: {
                required: true,
                content: {'application/octet-stream': {schema: {type: 'string', format: 'binary'}}},
              },
            }),
      responses: {
        [route.method === 'get' && !route.response ? '200' : String(status)]: answer,
        default: error,
      },
    };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Crowlit Appliance',
      version: options.version,
      description: 'The HTTP interface of the appliance. Errors carry a stable code; times are ISO-8601 UTC.',
    },
    servers: [{url: '/'}],
    paths: paths,
    components: {
      securitySchemes: {
        session: {type: 'apiKey', in: 'cookie', name: options.secureCookie},
        csrf: {type: 'apiKey', in: 'header', name: 'x-csrf-token'},
        visitor: {type: 'http', scheme: 'bearer'},
      },
    },
  });
};
