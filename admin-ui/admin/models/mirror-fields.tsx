import {TextInput} from '@mantine/core';
import {useState} from 'react';
import type {fetchModel, Mirror, Overview} from '../../../appliance/features/models/models.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Body, request} from '../../shared/api.ts';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {hostIn, looksPrivate} from '../connector-words.ts';
import {DeclareDestination, useDeclaration} from '../declare-destination.tsx';
import {useRegionLabel} from '../regions.ts';
import {path} from './words.ts';

const placed = ({host, port}: {host: string; port: number}): string => `${host}:${port}`;

/** What a person says of a file on a host in the region; a host that is new is declared with it. */
export const useMirror = ({mirrors}: Overview) => {
  const [url, setUrl] = useState('');
  const found = hostIn(url);
  const where = found && placed(found);
  const known = mirrors.find(one => placed(one) === where);
  const declaration = useDeclaration(where, null);
  const problems: Record<string, string> = {};
  if (!/^https:\/\//i.test(url.trim()) || where === null)
    problems['url'] = 'This is not the address of a file. It starts with https://.';
  if (!known) Object.assign(problems, declaration.problems);
  return {
    url,
    setUrl: (value: string) => {
      setUrl(value);
      declaration.setInside(looksPrivate(hostIn(value)?.host ?? ''));
    },
    where,
    known,
    problems,
    body: (sha256: string): Body<typeof fetchModel> =>
      known ? {url, sha256} : {url, sha256, ...declaration.body},
    declaration,
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
          declaration={mirror.declaration}
          signing={{purpose: 'model_mirror', categories: [], plain: false}}
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
