import {z} from 'zod';
import {AppError} from '../../kit/errors.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import {type Playbook, playbookSchema} from './engine/index.ts';
import {readPlaybook, writePlaybook} from './playbook.yaml.ts';
import {checkPlaybook, type Playbooks} from './playbooks.service.ts';
import {bundledPlaybooks} from './playbooks/index.ts';
import * as schema from './qualification.schema.ts';
import type {rehearse} from './rehearsal.ts';
import type {replay} from './replay.ts';

const administrators = ['administrator'] as const;
type Content = Record<string, unknown>;

export type PlaybookRouteDeps = {
  playbooks: Playbooks;
  rehearse: (input: Parameters<typeof rehearse>[1]) => ReturnType<typeof rehearse>;
  /** Past conversations by the draft; whom it shows is on record as looked at. */
  replay: (playbookId: string, draft: Playbook, locale: Locale, actorId: string) => ReturnType<typeof replay>;
};

const fromFile = (yaml: string): Playbook => {
  const read = readPlaybook(yaml);
  if ('playbook' in read) return read.playbook;
  const {problems} = read;
  const places = problems.length === 1 ? 'one place' : `${problems.length} places`;
  throw new AppError(
    'invalid',
    'qualification.bad_file',
    `Nothing was taken over: the file needs another look in ${places}. Mend it and choose it again.`,
    {details: {problems}},
  );
};

const yamlFile = (name: string, playbook: Playbook) => ({
  file: {name: `${name}.yaml`, type: 'application/yaml', content: writePlaybook(playbook)},
});

export const playbookRoutes = ({playbooks, rehearse, replay}: PlaybookRouteDeps): Route[] => [
  route({
    method: 'get',
    path: '/api/admin/playbooks',
    summary: 'Playbooks in their newest version.',
    access: administrators,
    ...schema.listPlaybooks,
    handle: async () => ({playbooks: await playbooks.list()}),
  }),
  route({
    method: 'post',
    path: '/api/admin/playbooks',
    summary: 'Add a playbook as a draft: it answers nobody until it is published.',
    access: administrators,
    ...schema.createPlaybook,
    status: 201,
    handle: async ({body, caller}) =>
      playbooks.get(await playbooks.create(body.content, userOf(caller).userId)),
  }),
  route({
    method: 'get',
    path: '/api/admin/playbooks/{playbookId}',
    summary: 'One playbook, whole, and its draft.',
    access: administrators,
    ...schema.getPlaybook,
    handle: async ({params}) => playbooks.get(params.playbookId),
  }),
  route({
    method: 'put',
    path: '/api/admin/playbooks/{playbookId}',
    summary:
      'Publish as a new version; conversations use it from their next message on. The draft is gone then.',
    access: administrators,
    ...schema.putPlaybook,
    handle: async ({params, body, caller}) => {
      await playbooks.publish(params.playbookId, body, userOf(caller).userId);
      return playbooks.get(params.playbookId);
    },
  }),
  route({
    method: 'put',
    path: '/api/admin/playbooks/{playbookId}/draft',
    summary: 'Keep a draft. It may lack languages, but not what every playbook needs.',
    access: administrators,
    ...schema.putDraft,
    handle: async ({params, body, caller}) => {
      await playbooks.saveDraft(params.playbookId, body, userOf(caller).userId);
      return playbooks.get(params.playbookId);
    },
  }),
  route({
    method: 'delete',
    path: '/api/admin/playbooks/{playbookId}/draft',
    summary: 'Throw the draft away; what is in force stays.',
    access: administrators,
    ...schema.deleteDraft,
    handle: async ({params, body, caller}) => {
      await playbooks.discard(params.playbookId, body.revision, userOf(caller).userId);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/admin/playbooks/{playbookId}/versions',
    summary: 'All published versions, newest first.',
    access: administrators,
    ...schema.listVersions,
    handle: async ({params}) => ({versions: await playbooks.versions(params.playbookId)}),
  }),
  route({
    method: 'get',
    path: '/api/admin/playbooks/{playbookId}/versions/{version}',
    summary: 'One version, whole.',
    access: administrators,
    ...schema.getVersion,
    handle: async ({params}) => ({
      content: (await playbooks.version(params.playbookId, params.version)) as Content,
    }),
  }),
  route({
    method: 'get',
    path: '/api/admin/playbooks/{playbookId}/yaml',
    summary: 'A version as a YAML file, the newest unless told otherwise.',
    access: administrators,
    ...schema.writeFile,
    handle: async ({params: {playbookId}, query}) => {
      const {version, playbook} =
        query.version === undefined
          ? await playbooks.active(playbookId)
          : {version: query.version, playbook: await playbooks.version(playbookId, query.version)};
      return yamlFile(`${playbookId}-v${version}`, playbook);
    },
  }),
  route({
    method: 'post',
    path: '/api/admin/playbooks/{playbookId}/replay',
    summary:
      'What a draft would have made of past conversations: who would have qualified, who no longer, and why.',
    access: administrators,
    perMinute: 10,
    ...schema.replayPlaybook,
    handle: async ({params, body, caller}) =>
      replay(params.playbookId, checkPlaybook(body.content), body.locale, userOf(caller).userId),
  }),
  route({
    method: 'post',
    path: '/api/admin/playbook-trial',
    summary: 'A conversation with a draft, turn by turn. Nothing of it is kept.',
    access: administrators,
    ...schema.tryPlaybook,
    handle: async ({body}) => rehearse({...body, playbook: checkPlaybook(body.content)}),
  }),
  route({
    method: 'get',
    path: '/api/admin/playbook-templates',
    summary: 'Playbooks to begin from.',
    access: administrators,
    ...schema.listTemplates,
    handle: async () => ({templates: bundledPlaybooks() as Content[]}),
  }),
  route({
    method: 'post',
    path: '/api/admin/playbook-files',
    summary: 'Read a playbook from YAML. What is wrong is named by line; nothing is stored.',
    access: administrators,
    ...schema.readFile,
    handle: async ({body}) => ({content: fromFile(body.yaml) as Content}),
  }),
  route({
    method: 'get',
    path: '/api/admin/playbook-schema',
    summary: 'The JSON Schema of a playbook file, for editors that check while one types.',
    access: administrators,
    handle: async () => ({
      file: {name: 'playbook.schema.json', type: 'application/schema+json', content: playbookJsonSchema()},
    }),
  }),
];

export const playbookJsonSchema = (): string =>
  JSON.stringify(
    {title: 'Crowlit playbook', ...z.toJSONSchema(playbookSchema, {io: 'input', target: 'draft-2020-12'})},
    null,
    2,
  );
