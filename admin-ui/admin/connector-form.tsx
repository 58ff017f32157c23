import {TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {createConnector} from '../../appliance/features/crm/crm.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, request} from '../shared/api.ts';
import {requiredProblem} from '../shared/check.ts';
import {Note} from '../shared/components/state.tsx';
import {fieldErrors, focusFirstError, messageOf} from '../shared/field-errors.ts';
import {ConnectorField} from './connector-fields.tsx';
import {type Connector, type ConnectorType, destinationOf, looksPrivate} from './connector-words.ts';
import {DeclareDestination} from './declare-destination.tsx';
import {useException} from './exception.tsx';

const startConfig = (type: ConnectorType) =>
  Object.fromEntries(
    type.fields.map(({name, kind, options}) => [
      name,
      kind === 'switch' ? false : kind === 'select' ? (options?.[0]?.value ?? '') : '',
    ]),
  );

/** Adds a connector, or changes one. Its destination is declared here, in the person's own name, before it is allowed. */
export const ConnectorForm = ({
  type,
  connector,
  onClose,
  onSaved,
}: {
  type: ConnectorType;
  connector?: Connector;
  onClose: () => void;
  onSaved: (connector: Connector) => void;
}) => {
  const form = useRef<HTMLFormElement>(null);
  const secrets = type.fields.filter(({kind}) => kind === 'secret').map(({name}) => name);
  const secretSet = (name: string) => connector?.config[name] === true && secrets.includes(name);
  const [name, setName] = useState(connector?.name ?? '');
  const [config, setConfig] = useState<Record<string, unknown>>(() => ({
    ...startConfig(type),
    ...Object.fromEntries(
      Object.entries(connector?.config ?? {}).map(([key, value]) => [
        key,
        secrets.includes(key) ? '' : value,
      ]),
    ),
  }));
  const [region, setRegion] = useState(connector?.destination.region ?? '');
  const [inside, setInside] = useState(connector?.destination.private ?? false);
  const exception = useException(region);
  const [declared, setDeclared] = useState<string | null>(null);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const {act, busy, error} = useAct(
    (body: Record<string, unknown>) =>
      connector
        ? request<Answer<typeof createConnector>>('PATCH', `/api/admin/connectors/${connector.id}`, body)
        : request<Answer<typeof createConnector>>('POST', '/api/admin/connectors', body),
    '/api/admin/connectors',
    '/api/admin/destinations',
  );
  const destination = destinationOf(type, config);
  const where = destination ? `${destination.host}:${destination.port}` : null;
  // What was declared for one host and region does not carry over to another.
  const statement = where ? `${where} ${region} ${inside}` : null;
  const known =
    connector !== undefined &&
    statement ===
      `${connector.destination.host}:${connector.destination.port} ${connector.destination.region} ${connector.destination.private}`;

  const send = async (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    const noName = requiredProblem(name, 'a name');
    if (noName) found['name'] = noName;
    for (const field of type.fields) {
      const value = config[field.name];
      if (field.required && (value === '' || value === undefined) && !secretSet(field.name))
        found[field.name] = `Fill in: ${field.label.toLowerCase()}.`;
      if (field.kind === 'url' && typeof value === 'string' && value !== '' && !URL.canParse(value))
        found[field.name] = 'This is not a web address. It starts with https://.';
    }
    if (where && region === '') found['region'] = 'Say where this host stands.';
    else if (where && !known && declared !== statement)
      found['declared'] = 'Tick this, or the destination stays refused.';
    if (where && !known) Object.assign(found, exception.problems);
    setProblems(found);
    if (Object.keys(found).length > 0) {
      focusFirstError(form.current);
      return;
    }
    // A secret left empty stays as it is; null takes it away.
    const sent = Object.fromEntries(
      Object.entries(config).filter(([key, value]) => !(secrets.includes(key) && value === '')),
    );
    const answer = await act({
      ...(connector ? {} : {type: type.type}),
      name: name.trim(),
      config: sent,
      region,
      private: inside,
      ...(known ? {} : exception.body),
    });
    if (answer) onSaved(answer.value.connector);
  };
  const wrong = {...problems, ...fieldErrors(error)};
  return (
    <form ref={form} className="panel form col" onSubmit={event => void send(event)} noValidate>
      <div className="fields">
        <TextInput
          className="all"
          label="Name"
          description="How it is called in this console."
          autoComplete="off"
          autoFocus
          value={name}
          error={wrong['name']}
          onChange={event => setName(event.currentTarget.value)}
        />
        {type.fields.map(field => (
          <div key={field.name} className={field.kind === 'url' ? 'all' : ''}>
            <ConnectorField
              field={field}
              value={config[field.name]}
              secretSet={secretSet(field.name)}
              error={wrong[field.name] ?? wrong[`config.${field.name}`]}
              onChange={value => {
                const next = {...config, [field.name]: value};
                setConfig(next);
                if (field.kind === 'url') setInside(looksPrivate(destinationOf(type, next)?.host ?? ''));
              }}
            />
          </div>
        ))}
      </div>
      <DeclareDestination
        where={where}
        region={region}
        onRegion={setRegion}
        inside={inside}
        onInside={setInside}
        declared={known || (statement !== null && declared === statement)}
        onDeclared={on => setDeclared(on ? statement : null)}
        exception={exception}
        signing={{
          purpose: 'crm_sync',
          categories: type.categories,
          plain: destination?.plain ?? false,
        }}
        problems={wrong}
      />
      {error ? (
        <Note tone="da" title={connector ? 'Nothing was changed.' : 'The connector was not added.'}>
          {messageOf(error)}
        </Note>
      ) : null}
      <div className="row buttons">
        <span className="sp" />
        <button type="button" className="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="btn p" disabled={busy}>
          {busy ? 'Saving' : connector ? 'Save' : 'Add and switch on'}
        </button>
      </div>
    </form>
  );
};
