import {NativeSelect, TextInput} from '@mantine/core';
import {useRef, useState} from 'react';
import type {fetchModel, importFile, Overview} from '../../../appliance/features/models/models.schema.ts';
import {refresh, useAct} from '../../shared/act.ts';
import {type Answer, request} from '../../shared/api.ts';
import {Segments} from '../../shared/components/expand.tsx';
import {FileChoice, Sending} from '../../shared/components/file-choice.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {fieldErrors, focusFirstError, messageOf} from '../../shared/field-errors.ts';
import {formatBytes} from '../../shared/format.ts';
import {sendFile} from '../../shared/send-file.ts';
import {MirrorFields, useMirror} from './mirror-fields.tsx';
import {isRunning, path} from './words.ts';

const hashProblem = (value: string) =>
  /^[0-9a-f]{64}$/i.test(value.trim()) ? null : 'This is not a SHA-256: 64 digits and letters a to f.';

export const ImportForm = ({overview, onClose}: {overview: Overview; onClose: () => void}) => {
  const {importFolder, machine} = overview;
  const [from, setFrom] = useState<'computer' | 'server' | 'mirror'>('computer');
  const [file, setFile] = useState<File | null>(null);
  const [offered, setOffered] = useState(importFolder.files[0]?.name ?? '');
  const [sha256, setSha256] = useState('');
  const [tried, setTried] = useState(false);
  const [share, setShare] = useState<number | null>(null);
  const stop = useRef(new AbortController());
  const mirror = useMirror(overview);
  const form = useRef<HTMLFormElement>(null);
  const chosen = from === 'computer' ? file?.name : offered;
  const problems: Record<string, string | null> = {
    file: from === 'mirror' || chosen ? null : 'Choose the file.',
    sha256: hashProblem(sha256),
    ...(from === 'mirror' ? mirror.problems : {}),
  };
  const bring = useAct(
    async () => {
      stop.current = new AbortController();
      const hash = sha256.trim().toLowerCase();
      if (from === 'server')
        return request<Answer<typeof importFile>>('POST', '/api/admin/model-imports', {
          file: offered,
          sha256: hash,
        });
      if (from === 'mirror')
        return request<Answer<typeof fetchModel>>('POST', '/api/admin/model-downloads', mirror.body(hash));
      if (!file) return undefined;
      setShare(0);
      try {
        const about = {name: file.name, size: file.size, sha256: hash};
        const sent = sendFile({path: '/api/admin/model-uploads', file, about}, setShare, stop.current.signal);
        await refresh(path);
        await sent;
      } finally {
        setShare(null);
        await refresh(path);
      }
      return undefined;
    },
    path,
    '/api/admin/destinations',
  );
  const submit = async () => {
    setTried(true);
    if (bring.busy) return;
    if (Object.values(problems).some(problem => problem !== null)) return focusFirstError(form.current);
    if (await bring.act(undefined)) onClose();
  };
  return (
    <Section
      title="Import a model"
      hint={`${formatBytes(machine.freeDisk)} free on disk, ${formatBytes(machine.memory)} of memory`}
    >
      <form
        ref={form}
        className="panel form col"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void submit();
        }}
      >
        <div>
          <Segments
            label="Where the file is"
            value={from}
            onChange={setFrom}
            options={[
              {value: 'computer', label: 'On this computer'},
              {value: 'server', label: 'On the server'},
              {value: 'mirror', label: 'At an address'},
            ]}
          />
        </div>
        {from === 'computer' ? (
          <FileChoice
            label="GGUF file"
            accept=".gguf"
            disabled={bring.busy}
            problem={tried ? (problems['file'] ?? null) : null}
            onChange={setFile}
          />
        ) : from === 'mirror' ? (
          <MirrorFields
            mirror={mirror}
            mirrors={overview.mirrors}
            problems={{...(tried ? mirror.problems : {}), ...fieldErrors(bring.error)}}
          />
        ) : importFolder.files.length === 0 ? (
          <Note tone="in" title="No GGUF file lies in the import folder.">
            Copy it to <span className="mono break">{importFolder.path}</span> on the server, readable for the
            appliance’s user; then it is listed here. From a USB disk or a share, for instance.
          </Note>
        ) : (
          <NativeSelect
            label="GGUF file"
            description={`In ${importFolder.path}. It is copied; the original can be deleted afterwards.`}
            value={offered}
            error={tried ? (problems['file'] ?? undefined) : undefined}
            onChange={event => setOffered(event.currentTarget.value)}
            data={importFolder.files.map(({name, size}) => ({
              value: name,
              label: `${name}, ${formatBytes(size)}`,
            }))}
          />
        )}
        <TextInput
          label="SHA-256 from its publisher"
          description="It stands on the page of the file, where the publisher offers it; not worked out from the copy in your hand."
          className="mono"
          spellCheck={false}
          autoComplete="off"
          value={sha256}
          disabled={bring.busy}
          error={tried ? (problems['sha256'] ?? undefined) : undefined}
          onChange={event => setSha256(event.currentTarget.value)}
        />
        {share === null ? null : <Sending share={share} />}
        {bring.error ? (
          <Note tone="da" title="It was not imported.">
            {stop.current.signal.aborted ? 'You stopped it. Nothing was kept.' : messageOf(bring.error)}
          </Note>
        ) : null}
        <div className="row wrap buttons">
          <button type="submit" className="btn p" aria-disabled={bring.busy || isRunning(overview)}>
            {bring.busy ? 'Importing' : 'Import'}
          </button>
          <button
            type="button"
            className="btn"
            onClick={() => {
              if (bring.busy) stop.current.abort();
              else onClose();
            }}
          >
            {bring.busy ? 'Stop' : 'Cancel'}
          </button>
        </div>
      </form>
    </Section>
  );
};
