import {TextInput} from '@mantine/core';
import {useRef, useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {FileChoice, Sending} from '../../shared/components/file-choice.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {formatBytes} from '../../shared/format.ts';
import {sendFile} from '../../shared/send-file.ts';
import {accepted, path, uploadsPath} from './words.ts';

const nameOf = (file: string): string =>
  file
    .replace(/\.[^.]+$/, '')
    .replaceAll(/[_\s]+/g, ' ')
    .trim()
    .slice(0, 120);

export const UploadForm = ({limit, onClose}: {limit: number; onClose: () => void}) => {
  const [file, setFile] = useState<File | null>(null);
  const [title, setTitle] = useState('');
  const [tried, setTried] = useState(false);
  const [share, setShare] = useState<number | null>(null);
  const stop = useRef(new AbortController());
  const problems = {
    file: file ? null : 'Choose the file.',
    title: title.trim() === '' ? 'Give it a name: visitors see it beside what is quoted.' : null,
  };
  const send = useAct(async () => {
    if (!file) return;
    stop.current = new AbortController();
    setShare(0);
    try {
      const about = {fileName: file.name, title: title.trim(), size: file.size};
      await sendFile({path: uploadsPath, file, about}, setShare, stop.current.signal);
    } finally {
      setShare(null);
    }
  }, path);
  const submit = async () => {
    setTried(true);
    if (problems.file !== null || problems.title !== null || send.busy) return;
    if (await send.act(undefined)) onClose();
  };
  return (
    <Section
      title="Add a document"
      hint={`PDF, Word (.docx), HTML, Markdown or plain text, up to ${formatBytes(limit)}`}
    >
      <form
        className="panel form col"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void submit();
        }}
      >
        <FileChoice
          label="File"
          accept={accepted}
          disabled={send.busy}
          problem={tried ? problems.file : null}
          onChange={chosen => {
            setFile(chosen);
            if (chosen) setTitle(nameOf(chosen.name));
          }}
        />
        <TextInput
          label="Name for visitors"
          description="It stands beside what is quoted: “Quoted from Price list 2026, page 2”."
          maxLength={120}
          value={title}
          disabled={send.busy}
          error={tried ? (problems.title ?? undefined) : undefined}
          onChange={event => setTitle(event.currentTarget.value)}
        />
        <p className="dim s13">
          Whatever stands in it may be quoted to any visitor. Its text is kept here; the file itself is not.
        </p>
        {share === null ? null : <Sending share={share} />}
        {send.error ? (
          <Note tone="da" title="It was not added.">
            {stop.current.signal.aborted ? 'You stopped it. Nothing was kept.' : messageOf(send.error)}
          </Note>
        ) : null}
        <div className="row wrap buttons">
          <button type="submit" className="btn p" aria-disabled={send.busy}>
            {send.busy ? 'Sending' : 'Add'}
          </button>
          <button
            type="button"
            className="btn"
            onClick={() => {
              if (send.busy) stop.current.abort();
              else onClose();
            }}
          >
            {send.busy ? 'Stop' : 'Cancel'}
          </button>
        </div>
      </form>
    </Section>
  );
};
