import {NativeSelect, NumberInput, Textarea, TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {Elsewhere, putCollector} from '../../../appliance/features/audit/elsewhere/elsewhere.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Body, request} from '../../shared/api.ts';
import {requiredProblem} from '../../shared/check.ts';
import {fieldErrors, focusFirstError} from '../../shared/field-errors.ts';
import {FormFoot} from '../../shared/components/form-foot.tsx';
import {looksPrivate} from '../connector-words.ts';
import {DeclareDestination, useDeclaration} from '../declare-destination.tsx';

type Tls = Body<typeof putCollector>['tls'];
const tlsWords: Record<Tls, string> = {
  tls: 'TLS (RFC 5425, port 6514)',
  none: 'None: a collector on this machine itself',
};

/** Sets the log collector, or changes it. Who declares where it stands answers for it, by name. */
export const CollectorForm = ({
  collector,
  onClose,
}: {
  collector: Elsewhere['collector'];
  onClose: () => void;
}) => {
  const form = useRef<HTMLFormElement>(null);
  const [host, setHost] = useState(collector?.host ?? '');
  const [port, setPort] = useState<number | string>(collector?.port ?? 6514);
  const [tls, setTls] = useState<Tls>(collector?.tls ?? 'tls');
  const [authority, setAuthority] = useState(collector?.authority ?? '');
  const [entries, setEntries] = useState(collector?.entries ?? false);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const {act, busy, error} = useAct(
    (body: Body<typeof putCollector>) => request('PUT', '/api/admin/audit/collector', body),
    '/api/admin/audit',
    '/api/admin/destinations',
  );
  const name = host.trim();
  const declaration = useDeclaration(
    name === '' ? null : `${name}:${port}`,
    collector && {
      where: `${collector.host}:${collector.port}`,
      region: collector.region,
      private: collector.private,
      plain: collector.tls === 'none',
    },
    tls === 'none',
  );

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found: Record<string, string> = {};
    const say = (field: string, problem: string | null) => {
      if (problem !== null) found[field] = problem;
    };
    say('host', requiredProblem(host, 'the name of the log collector'));
    say('port', Number.isInteger(Number(port)) && Number(port) > 0 ? null : 'Write a port, usually 6514.');
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
      authority: authority.trim() === '' ? null : authority.trim(),
      entries,
      ...declaration.body,
    });
    if (saved) onClose();
  };
  const wrong = {...problems, ...fieldErrors(error)};
  return (
    <form ref={form} className="panel form col" noValidate onSubmit={event => void send(event)}>
      <p className="dim s13">
        A log collector (SIEM) that takes syslog over TLS: rsyslog, syslog-ng, Splunk, Elastic and others do.
        It gets sizes, hashes and signatures; no entry and no name.
      </p>
      <div className="fields">
        <TextInput
          label="Host"
          description="For example siem.example.com."
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
          description="6514 is usual for syslog over TLS."
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
          description="It has to show a certificate for its name."
          data={(Object.keys(tlsWords) as Tls[]).map(value => ({value, label: tlsWords[value]}))}
          value={tls}
          error={wrong['tls']}
          onChange={event => setTls(event.currentTarget.value as Tls)}
        />
        {tls === 'tls' ? (
          <Textarea
            className="all"
            label="Certificate of your own authority (optional)"
            description="In PEM, where the collector’s certificate comes from an authority of your organisation. It is trusted for this collector alone."
            autosize
            minRows={2}
            maxRows={8}
            spellCheck={false}
            classNames={{input: 'mono'}}
            value={authority}
            error={wrong['authority']}
            onChange={event => setAuthority(event.currentTarget.value)}
          />
        ) : null}
        <label className="check top all">
          <input
            type="checkbox"
            checked={entries}
            onChange={event => setEntries(event.currentTarget.checked)}
          />
          <span>
            <b>Each entry’s hash, too</b>
            <span className="dim s13" style={{display: 'block'}}>
              A line for every entry from now on, so that one can tell which entry was changed. Checkpoints
              alone tell between which two.
            </span>
          </span>
        </label>
      </div>
      <DeclareDestination
        declaration={declaration}
        sends="checkpoints of the audit log"
        signing={{purpose: 'audit_witness', categories: [], plain: tls === 'none'}}
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
  );
};
