import {useRef, useState} from 'react';
import type {readFile} from '../../../appliance/features/qualification/qualification.schema.ts';
import {type Answer, ApiError, request} from '../../shared/api.ts';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import type {Playbook} from './words.ts';

type Problem = {path: string; message: string; line?: number};

/** Reads a playbook from a file; what is wrong in it is listed by line, and nothing is taken over. */
export const FileInput = ({label, onRead}: {label: string; onRead: (content: Playbook) => void}) => {
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<unknown>(null);
  const [name, setName] = useState('');
  const read = async (file: File) => {
    setName(file.name);
    setError(null);
    try {
      if (file.size > 95_000)
        throw new Error('This file is larger than 95 kB. A playbook is smaller than that.');
      const yaml = await file.text();
      const {content} = await request<Answer<typeof readFile>>('POST', '/api/admin/playbook-files', {yaml});
      onRead(content as Playbook);
    } catch (caught) {
      setError(caught);
    }
    if (input.current) input.current.value = '';
  };
  const problems = error instanceof ApiError ? ((error.details['problems'] ?? []) as Problem[]) : [];
  return (
    <div className="col" style={{gap: 10}}>
      <label className="pb-file">
        <span className="mantine-InputWrapper-label">{label}</span>
        <input
          ref={input}
          type="file"
          accept=".yaml,.yml,application/yaml"
          onChange={({currentTarget: {files}}) => {
            const [file] = files ?? [];
            if (file) void read(file);
          }}
        />
      </label>
      {error ? (
        <Note tone="da" title={name}>
          {messageOf(error)}
          <ul>
            {problems.map(({path, message, line}) => (
              <li key={`${line} ${path} ${message}`}>
                <b>Line {line ?? 1}</b>
                {path === '' ? '' : `, ${path}`}: {message}
              </li>
            ))}
          </ul>
        </Note>
      ) : null}
    </div>
  );
};
