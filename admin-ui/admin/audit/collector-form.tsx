import {NativeSelect, NumberInput, Textarea, TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {Elsewhere, putCollector} from '../../../appliance/features/audit/elsewhere/elsewhere.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Body, request} from '../../shared/api.ts';
import {requiredProblem} from '../../shared/check.ts';
import {Note} from '../../shared/components/state.tsx';
import {fieldErrors, focusFirstError, messageOf} from '../../shared/field-errors.ts';
import {looksPrivate} from '../connector-words.ts';
import {DeclareDestination} from '../declare-destination.tsx';
import {useException} from '../exception.tsx';

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
  const [region, setRegion] = useState(collector?.region ?? '');
  const [inside, setInside] = useState(collector?.private ?? false);
  const exception = useException(region);
  const [declared, setDeclared] = useState<string | null>(null);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const {act, busy, error} = useAct(
    (body: Body<typeof putCollector>) => request('PUT', '/api/admin/audit/collector', body),
    '/api/admin/audit',
    '/api/admin/destinations',
  );
  const name = host.trim();
  const where = name === '' ? null : `${name}:${port}`;
  // what was declared for one host and region does not carry over to another
  const statement = where === null ? null : `${where} ${region} ${inside} ${tls}`;
  const known =
    collector !== null &&
    statement ===
      `${collector.host}:${collector.port} ${collector.region} ${collector.private} ${collector.tls}`;

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found: Record<string, string> = {};
    const say = (field: string, problem: string | null) => {
      if (problem !== null) found[field] = problem;
    };
    say('host', requiredProblem(host, 'the name of the log collector'));
    say('port', Number.isInteger(Number(port)) && Number(port) > 0 ? null : 'Write a port, usually 6514.');
    if (where !== null && region === '') say('region', 'Say where this host stands.');
    else if (where !== null && !known && declared !== statement)
      say('declared', 'Tick this, or the destination stays refused.');
    if (where !== null && !known) Object.assign(found, exception.problems);
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
      region,
      private: inside,
      entries,
      ...(known ? {} : exception.body),
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
            setInside(looksPrivate(value.trim()));
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
        where={where}
        region={region}
        onRegion={setRegion}
        inside={inside}
        onInside={setInside}
        declared={known || (statement !== null && declared === statement)}
        onDeclared={on => setDeclared(on ? statement : null)}
        sends="checkpoints of the audit log"
        exception={exception}
        signing={{purpose: 'audit_witness', categories: [], plain: tls === 'none'}}
        problems={wrong}
      />
      {error ? (
        <Note tone="da" title="Nothing was changed.">
          {messageOf(error)}
        </Note>
      ) : null}
      <div className="row buttons">
        <span className="sp" />
        <button type="button" className="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="btn p" disabled={busy}>
          {busy ? 'Saving' : 'Save'}
        </button>
      </div>
    </form>
  );
};
