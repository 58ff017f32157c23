import {PasswordInput, TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {connectServer, Overview} from '../../../appliance/features/models/models.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Body, request} from '../../shared/api.ts';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {fieldErrors, focusFirstError, messageOf} from '../../shared/field-errors.ts';
import {hostIn, looksPrivate} from '../connector-words.ts';
import {DeclareDestination, useDeclaration} from '../declare-destination.tsx';
import {embeddingServerPath, isRunning, path, serverPath} from './words.ts';

const whereOf = (url: string): string | null => {
  const found = hostIn(url);
  return found ? `${found.host}:${found.port}` : null;
};

/** A server that answers visitors, or one that finds passages. */
export type ServerUse = 'answers' | 'finds';
const uses = {
  answers: {
    path: serverPath,
    title: 'Connect a model server',
    what: 'An OpenAI-compatible server in your region, llama.cpp’s or vLLM: with a graphics card it runs a larger model than this one can. What visitors write goes there, and to nowhere else.',
    sends: 'what visitors write, and the playbook’s texts,',
    categories: ['D1', 'D2', 'D4'],
  },
  finds: {
    path: embeddingServerPath,
    title: 'Connect a server that finds passages',
    what: 'An OpenAI-compatible server in your region with an embedding model: llama.cpp’s (started with --embeddings), vLLM or another one with /v1/embeddings. The text of all documents and what visitors ask goes there, and to nowhere else.',
    sends: 'the text of your documents, and what visitors ask,',
    categories: ['D1', 'D2'],
  },
};

/** Connects a model server, or changes the connection. Who declares where it stands answers for it, by name. */
export const ServerForm = ({
  use,
  overview,
  onClose,
}: {
  use: ServerUse;
  overview: Overview;
  onClose: () => void;
}) => {
  const {embedder} = overview;
  const server =
    use === 'answers' ? overview.server : embedder?.server ? {...embedder.server, name: embedder.name} : null;
  const form = useRef<HTMLFormElement>(null);
  const [url, setUrl] = useState(server?.url ?? '');
  const [model, setModel] = useState(server?.name ?? '');
  const [key, setKey] = useState('');
  const [noKey, setNoKey] = useState(false);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const {act, busy, error} = useAct(
    (body: Body<typeof connectServer>) => request('PUT', uses[use].path, body),
    path,
    '/api/admin/destinations',
  );
  const where = whereOf(url);
  const declaration = useDeclaration(
    where,
    server && {where: whereOf(server.url), region: server.region, private: server.private},
  );
  const keepsKey = server?.hasKey === true && where === whereOf(server.url);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || isRunning(overview)) return;
    const found: Record<string, string> = {};
    if (where === null) found['url'] = 'This is not a web address. It starts with https://.';
    if (model.trim() === '') found['model'] = 'Name the model as the server calls it.';
    Object.assign(found, declaration.problems);
    setProblems(found);
    if (Object.keys(found).length > 0) {
      focusFirstError(form.current);
      return;
    }
    const given = noKey ? {key: null} : key === '' ? {} : {key};
    if (await act({url, model, ...declaration.body, ...given})) onClose();
  };
  const wrong = {...problems, ...fieldErrors(error)};
  return (
    <Section title={server ? 'Change the connection' : uses[use].title}>
      <form ref={form} className="panel form col" noValidate onSubmit={event => void send(event)}>
        <p className="dim s13">{uses[use].what}</p>
        <div className="fields">
          <TextInput
            className="all"
            label="Address"
            description="For example https://llm.example.com/v1. http is accepted only inside your own network."
            autoFocus
            autoComplete="off"
            spellCheck={false}
            inputMode="url"
            classNames={{input: 'mono'}}
            value={url}
            error={wrong['url']}
            onChange={({currentTarget: {value}}) => {
              setUrl(value);
              declaration.setInside(looksPrivate(hostIn(value)?.host ?? ''));
            }}
          />
          <TextInput
            label="Model"
            description="As the server calls it, in its list of models."
            autoComplete="off"
            spellCheck={false}
            classNames={{input: 'mono'}}
            value={model}
            error={wrong['model']}
            onChange={event => setModel(event.currentTarget.value)}
          />
          <div>
            <PasswordInput
              label={keepsKey ? 'Key: set' : 'Key (optional)'}
              description={
                keepsKey
                  ? 'It cannot be read back. Leave empty to keep it, or write a new one.'
                  : 'The API key that the server wants. It is kept sealed, and never shown again.'
              }
              disabled={noKey}
              autoComplete="off"
              value={key}
              error={wrong['key']}
              visibilityToggleButtonProps={{'aria-label': 'Show the key', tabIndex: 0}}
              onChange={event => setKey(event.currentTarget.value)}
            />
            {keepsKey ? (
              <label className="check">
                <input
                  type="checkbox"
                  checked={noKey}
                  onChange={event => setNoKey(event.currentTarget.checked)}
                />
                Remove it when I save
              </label>
            ) : null}
          </div>
        </div>
        <DeclareDestination
          declaration={declaration}
          sends={uses[use].sends}
          signing={{
            purpose: 'model_server',
            categories: uses[use].categories,
            plain: /^http:/i.test(url.trim()),
          }}
          problems={wrong}
        />
        {error ? (
          <Note tone="da" title={server ? 'Nothing was changed.' : 'It was not connected.'}>
            {messageOf(error)}
          </Note>
        ) : null}
        <div className="row buttons">
          <span className="sp" />
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn p" aria-disabled={busy || isRunning(overview)}>
            {busy ? 'Saving' : server ? 'Save and test' : 'Connect and test'}
          </button>
        </div>
      </form>
    </Section>
  );
};
