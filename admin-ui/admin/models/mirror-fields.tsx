import {TextInput} from '@mantine/core';
import {useState} from 'react';
import type {fetchModel, Mirror, Overview} from '../../../appliance/features/models/models.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Body, request} from '../../shared/api.ts';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {hostIn, looksPrivate} from '../connector-words.ts';
import {DeclareDestination} from '../declare-destination.tsx';
import {useException} from '../exception.tsx';
import {useRegionLabel} from '../regions.ts';
import {path} from './words.ts';

const placed = ({host, port}: {host: string; port: number}): string => `${host}:${port}`;

/** What a person says of a file on a host in the region; a host that is new is declared with it. */
export const useMirror = ({mirrors}: Overview) => {
  const [url, setUrl] = useState('');
  const [region, setRegion] = useState('');
  const [inside, setInside] = useState(false);
  const exception = useException(region);
  const [declared, setDeclared] = useState<string | null>(null);
  const found = hostIn(url);
  const where = found && placed(found);
  const known = mirrors.find(one => placed(one) === where);
  // what was declared for one host and region does not carry over to another
  const statement = where === null ? null : `${where} ${region} ${inside}`;
  const problems: Record<string, string> = {};
  if (!/^https:\/\//i.test(url.trim()) || where === null)
    problems['url'] = 'This is not the address of a file. It starts with https://.';
  else if (!known && region === '') problems['region'] = 'Say where this host stands.';
  else if (!known && declared !== statement)
    problems['declared'] = 'Tick this, or the destination stays refused.';
  if (!known && where !== null) Object.assign(problems, exception.problems);
  return {
    url,
    setUrl: (value: string) => {
      setUrl(value);
      setInside(looksPrivate(hostIn(value)?.host ?? ''));
    },
    where,
    known,
    problems,
    body: (sha256: string): Body<typeof fetchModel> =>
      known ? {url, sha256} : {url, sha256, region, private: inside, ...exception.body},
    declaring: {
      where,
      region,
      onRegion: setRegion,
      inside,
      onInside: setInside,
      declared: statement !== null && declared === statement,
      onDeclared: (on: boolean) => setDeclared(on ? statement : null),
      exception,
      signing: {purpose: 'model_mirror' as const, categories: [], plain: false},
    },
  };
};

export const MirrorFields = ({
  mirror,
  mirrors,
  problems,
}: {
  mirror: ReturnType<typeof useMirror>;
  mirrors: Mirror[];
  problems: Record<string, string>;
}) => {
  const regionLabel = useRegionLabel();
  return (
    <>
      <TextInput
        label="Address of the file"
        description="On a host in your region that keeps models for you, with https and without a sign-in. The file goes straight to the disk; it goes on when you leave this page."
        autoComplete="off"
        spellCheck={false}
        inputMode="url"
        classNames={{input: 'mono'}}
        value={mirror.url}
        error={problems['url']}
        onChange={event => mirror.setUrl(event.currentTarget.value)}
      />
      {mirror.known ? (
        <p className="dim s13">
          <span className="mono break">{mirror.where}</span> is declared to be in{' '}
          {regionLabel(mirror.known.region)}.
        </p>
      ) : (
        <DeclareDestination
          {...mirror.declaring}
          sends="requests for model files, and nothing about visitors,"
          problems={problems}
        />
      )}
      {mirrors.length === 0 ? null : <Declared mirrors={mirrors} />}
    </>
  );
};

/** Hosts that may be reached for models, until somebody forgets them. */
const Declared = ({mirrors}: {mirrors: Mirror[]}) => {
  const regionLabel = useRegionLabel();
  const forget = useAct(
    (id: string) => request('DELETE', `/api/admin/model-mirrors/${id}`),
    path,
    '/api/admin/destinations',
  );
  return (
    <div className="col">
      <b className="s13" id="declared-mirrors">
        Declared until now
      </b>
      <ul className="mo-mirrors" aria-labelledby="declared-mirrors">
        {mirrors.map(one => (
          <li key={one.id} className="row wrap">
            <span className="mono break">{placed(one)}</span>
            <span className="dim s13">
              {regionLabel(one.region)}
              {one.private ? ', own network' : ''}
              {one.state === 'waiting'
                ? ', waits for approval'
                : one.state === 'refused'
                  ? ', not approved'
                  : ''}
            </span>
            <span className="sp" />
            <button
              type="button"
              className="btn"
              aria-disabled={forget.busy}
              onClick={() => !forget.busy && void forget.act(one.id)}
            >
              Forget<span className="vh"> {placed(one)}</span>
            </button>
          </li>
        ))}
      </ul>
      {forget.error ? <Note tone="da">{messageOf(forget.error)}</Note> : null}
    </div>
  );
};
