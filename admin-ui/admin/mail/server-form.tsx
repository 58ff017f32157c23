import {NativeSelect, NumberInput, PasswordInput, Textarea, TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {putMail} from '../../../appliance/features/mail/mail.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Body, request} from '../../shared/api.ts';
import {emailProblem, requiredProblem} from '../../shared/check.ts';
import {Section} from '../../shared/components/page.tsx';
import {fieldErrors, focusFirstError} from '../../shared/field-errors.ts';
import {FormFoot} from '../../shared/components/form-foot.tsx';
import {looksPrivate} from '../connector-words.ts';
import {DeclareDestination, useDeclaration} from '../declare-destination.tsx';
import {type MailView, outboxPath, path, tlsWords, usualPort} from './words.ts';

type Tls = keyof typeof usualPort;

/** Sets the mail server, or changes it. Who declares where it stands answers for it, by name. */
export const ServerForm = ({
  server,
  company,
  onClose,
}: {
  server: MailView['server'];
  company: string;
  onClose: () => void;
}) => {
  const form = useRef<HTMLFormElement>(null);
  const [host, setHost] = useState(server?.host ?? '');
  const [tls, setTls] = useState<Tls>(server?.tls ?? 'starttls');
  const [port, setPort] = useState<number | string>(server?.port ?? usualPort.starttls);
  const [user, setUser] = useState(server?.user ?? '');
  const [password, setPassword] = useState('');
  const [fromName, setFromName] = useState(server?.from.name ?? company);
  const [fromAddress, setFromAddress] = useState(server?.from.address ?? '');
  const [authority, setAuthority] = useState(server?.authority ?? '');
  const [problems, setProblems] = useState<Record<string, string>>({});
  const {act, busy, error} = useAct(
    (body: Body<typeof putMail>) => request('PUT', path, body),
    path,
    outboxPath,
    '/api/admin/destinations',
  );
  const name = host.trim();
  const declaration = useDeclaration(
    name === '' ? null : `${name}:${port}`,
    server && {where: `${server.host}:${server.port}`, region: server.region, private: server.private},
  );
  const keeps = server?.hasPassword === true && server.host === name && server.user === user.trim();

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found: Record<string, string> = {};
    const say = (field: string, problem: string | null) => {
      if (problem !== null) found[field] = problem;
    };
    say('host', requiredProblem(host, 'the name of the mail server'));
    say('port', Number.isInteger(Number(port)) && Number(port) > 0 ? null : 'Write a port, 587 or 465.');
    say('from.name', requiredProblem(fromName, 'a name'));
    say('from.address', emailProblem(fromAddress));
    if (user.trim() !== '' && password === '' && !keeps)
      say('password', 'Write the password that belongs to this user.');
    Object.assign(found, declaration.problems);
    setProblems(found);
    if (Object.keys(found).length > 0) {
      focusFirstError(form.current);
      return;
    }
    const saved = await act({
      host: name,
      port: Number(port),
      tls,
      user: user.trim() === '' ? null : user.trim(),
      ...(password === '' ? {} : {password}),
      from: {name: fromName.trim(), address: fromAddress.trim()},
      authority: authority.trim() === '' ? null : authority.trim(),
      ...declaration.body,
    });
    if (saved) onClose();
  };
  const wrong = {...problems, ...fieldErrors(error)};
  return (
    <Section title={server ? 'Change the mail server' : 'Set the mail server'}>
      <form ref={form} className="panel form col" noValidate onSubmit={event => void send(event)}>
        <p className="dim s13">
          The SMTP server of your organisation. Letters go to it under TLS or not at all, through the egress
          broker.
        </p>
        <div className="fields">
          <TextInput
            label="Host"
            description="For example smtp.example.com."
            autoFocus
            autoComplete="off"
            spellCheck={false}
            classNames={{input: 'mono'}}
            value={host}
            error={wrong['host']}
            onChange={({currentTarget: {value}}) => {
              setHost(value);
              declaration.setInside(looksPrivate(value.trim()));
            }}
          />
          <NumberInput
            label="Port"
            description="587 with STARTTLS, 465 with TLS from the first byte."
            hideControls
            allowDecimal={false}
            allowNegative={false}
            value={port}
            error={wrong['port']}
            onChange={setPort}
          />
          <NativeSelect
            className="all"
            label="Encryption"
            description="What the server offers. It has to show a certificate for its name."
            data={(Object.keys(tlsWords) as Tls[]).map(value => ({value, label: tlsWords[value]}))}
            value={tls}
            onChange={event => {
              const next = event.currentTarget.value as Tls;
              if (port === usualPort[tls]) setPort(usualPort[next]);
              setTls(next);
            }}
          />
          <TextInput
            label="User (optional)"
            description="Empty where the server asks nobody who they are."
            autoComplete="off"
            spellCheck={false}
            value={user}
            error={wrong['user']}
            onChange={event => setUser(event.currentTarget.value)}
          />
          <PasswordInput
            label={keeps ? 'Password: set' : 'Password'}
            description={
              keeps
                ? 'It cannot be read back. Leave empty to keep it, or write a new one.'
                : 'It is kept sealed, and never shown again.'
            }
            disabled={user.trim() === ''}
            autoComplete="new-password"
            value={password}
            error={wrong['password']}
            visibilityToggleButtonProps={{'aria-label': 'Show the password', tabIndex: 0}}
            onChange={event => setPassword(event.currentTarget.value)}
          />
          <TextInput
            label="From: name"
            description="Whom letters come from, in the reader’s list."
            autoComplete="off"
            value={fromName}
            error={wrong['from.name']}
            onChange={event => setFromName(event.currentTarget.value)}
          />
          <TextInput
            label="From: address"
            description="Letters that come back arrive there. Choose a mailbox that somebody reads."
            type="email"
            autoComplete="off"
            spellCheck={false}
            value={fromAddress}
            error={wrong['from.address']}
            onChange={event => setFromAddress(event.currentTarget.value)}
          />
          <Textarea
            className="all"
            label="Certificate of your own authority (optional)"
            description="In PEM, where the mail server’s certificate comes from an authority of your organisation. It is trusted for this server alone."
            autosize
            minRows={2}
            maxRows={8}
            spellCheck={false}
            classNames={{input: 'mono'}}
            value={authority}
            error={wrong['authority']}
            onChange={event => setAuthority(event.currentTarget.value)}
          />
        </div>
        <DeclareDestination
          declaration={declaration}
          sends="names, e-mail addresses and what letters say"
          signing={{purpose: 'mail', categories: ['D1'], plain: false}}
          problems={wrong}
        />
        <FormFoot
          error={error}
          failed="Nothing was changed."
          save={busy ? 'Saving' : 'Save'}
          busy={busy}
          onCancel={onClose}
        />
      </form>
    </Section>
  );
};
