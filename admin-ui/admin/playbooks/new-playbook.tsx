import {NativeSelect, TextInput} from '@mantine/core';
import {useNavigate} from '@tanstack/react-router';
import {type FormEvent, useState} from 'react';
import type {
  createPlaybook,
  listTemplates,
} from '../../../appliance/features/qualification/qualification.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, request} from '../../shared/api.ts';
import {Note} from '../../shared/components/state.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {plural} from '../../shared/format.ts';
import {languageName} from '../../shared/languages.tsx';
import {useGet} from '../../shared/query.ts';
import {FileInput} from './file-input.tsx';
import {type Playbook, textIn} from './words.ts';

const idOf = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');

/** From one that comes with the appliance, or from a file. Either way a draft at first. */
export const NewPlaybook = ({taken, onClose}: {taken: readonly string[]; onClose: () => void}) => {
  const navigate = useNavigate();
  const {data} = useGet<Answer<typeof listTemplates>>('/api/admin/playbook-templates');
  const templates = (data?.templates ?? []) as Playbook[];
  const [source, setSource] = useState<'template' | 'file'>('template');
  const [chosen, setChosen] = useState('');
  const [file, setFile] = useState<Playbook | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const from = source === 'file' ? file : (templates.find(({id}) => id === chosen) ?? templates[0] ?? null);
  const name = typed ?? from?.name ?? '';
  const wanted = source === 'file' && typed === null ? (from?.id ?? '') : idOf(name);
  const id = taken.includes(wanted) ? `${wanted.slice(0, 50)}-${taken.length + 1}` : wanted;
  const {act, busy, error} = useAct(
    (content: Playbook) => request<Answer<typeof createPlaybook>>('POST', '/api/admin/playbooks', {content}),
    '/api/admin/playbooks',
  );
  const ready = from !== null && name.trim() !== '' && id.length >= 2 && !busy;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const done = await act({...from, id, name: name.trim()});
    if (done) await navigate({to: '/admin/playbooks/$playbookId', params: {playbookId: id}});
  };
  return (
    <form className="panel form col" onSubmit={event => void send(event)}>
      <fieldset>
        <legend className="mantine-InputWrapper-label">Begin from</legend>
        <div className="checks">
          <label className="check">
            <input
              type="radio"
              name="source"
              checked={source === 'template'}
              onChange={() => setSource('template')}
            />
            One that comes with the appliance
          </label>
          <label className="check">
            <input
              type="radio"
              name="source"
              checked={source === 'file'}
              onChange={() => setSource('file')}
            />
            A YAML file
          </label>
        </div>
      </fieldset>
      {source === 'template' ? (
        <NativeSelect
          label="Playbook"
          data={templates.map(({id: value, name: label}) => ({value, label}))}
          value={chosen === '' ? (templates[0]?.id ?? '') : chosen}
          onChange={({currentTarget: {value}}) => {
            setChosen(value);
            setTyped(null);
          }}
        />
      ) : (
        <FileInput
          label="File"
          onRead={content => {
            setFile(content);
            setTyped(null);
          }}
        />
      )}
      {from ? (
        <>
          <p className="t2">
            {textIn(from.goals, 'en')} {plural(from.facts.length, 'question')},{' '}
            {plural(from.faq.length, 'answer')}, in {from.languages.map(languageName).join(', ')}.
          </p>
          <TextInput
            label="Name"
            description="Fit it to your house; you can change it later."
            maxLength={120}
            value={name}
            onChange={({currentTarget: {value}}) => setTyped(value)}
          />
        </>
      ) : null}
      {error ? <Note tone="da">{messageOf(error)}</Note> : null}
      <div className="row buttons">
        <span className="sp" />
        <button type="button" className="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className={ready ? 'btn p' : 'btn'} aria-disabled={!ready}>
          Add as a draft
        </button>
      </div>
    </form>
  );
};
