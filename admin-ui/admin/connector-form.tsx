import {TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {createConnector} from '../../appliance/features/crm/crm.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, request} from '../shared/api.ts';
import {requiredProblem} from '../shared/check.ts';
import {fieldErrors, focusFirstError} from '../shared/field-errors.ts';
import {FormFoot} from '../shared/components/form-foot.tsx';
import {ConnectorField} from './connector-fields.tsx';
import {type Connector, type ConnectorType, destinationOf, looksPrivate} from './connector-words.ts';
import {DeclareDestination, useDeclaration} from './declare-destination.tsx';

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
  const declaration = useDeclaration(
    destination ? `${destination.host}:${destination.port}` : null,
    connector
      ? {
          where: `${connector.destination.host}:${connector.destination.port}`,
          region: connector.destination.region,
          private: connector.destination.private,
        }
      : null,
  );

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
    Object.assign(found, declaration.problems);
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
      ...declaration.body,
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
                if (field.kind === 'url')
                  declaration.setInside(looksPrivate(destinationOf(type, next)?.host ?? ''));
              }}
            />
          </div>
        ))}
      </div>
      <DeclareDestination
        declaration={declaration}
        signing={{
          purpose: 'crm_sync',
          categories: type.categories,
          plain: destination?.plain ?? false,
        }}
        problems={wrong}
      />
      <FormFoot
        error={error}
        failed={connector ? 'Nothing was changed.' : 'The connector was not added.'}
        save={busy ? 'Saving' : connector ? 'Save' : 'Add and switch on'}
        busy={busy}
        onCancel={onClose}
      />
    </form>
  );
};
