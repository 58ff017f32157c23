import {NativeSelect, TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import type {listPlaybooks} from '../../appliance/features/qualification/qualification.schema.ts';
import type {createSite, Site} from '../../appliance/features/sites/sites.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, type Body, request} from '../shared/api.ts';
import {originProblem, requiredProblem, toOrigin} from '../shared/check.ts';
import {OriginsEditor} from '../shared/components/origins.tsx';
import {fieldErrors, focusFirstError} from '../shared/field-errors.ts';
import {LanguageChecks, languages} from '../shared/languages.tsx';
import {useGet} from '../shared/query.ts';
import {FormFoot} from '../shared/components/form-foot.tsx';

type Draft = Body<typeof createSite>;

export const SiteForm = ({site, onClose}: {site?: Site; onClose: () => void}) => {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<Draft>({
    name: site?.name ?? '',
    origins: site?.origins ?? [],
    languages: site?.languages ?? ['en', 'de', 'fr', 'es'],
    defaultLanguage: site?.defaultLanguage ?? 'en',
    ...(site ? {playbookId: site.playbookId} : {}),
  });
  const {data} = useGet<Answer<typeof listPlaybooks>>('/api/admin/playbooks');
  const published = (data?.playbooks ?? []).filter(({version}) => version > 0);
  const playbookId = draft.playbookId ?? (published.find(({id}) => id === 'general') ?? published[0])?.id;
  const [line, setLine] = useState('');
  const [problems, setProblems] = useState<Record<string, string>>({});
  const {act, busy, error} = useAct(
    (body: Draft) =>
      site
        ? request<Answer<typeof createSite>>('PATCH', `/api/admin/sites/${site.id}`, body)
        : request<Answer<typeof createSite>>('POST', '/api/admin/sites', body),
    '/api/admin/sites',
  );
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    const name = requiredProblem(draft.name, 'a name');
    if (name) found['name'] = name;
    if (draft.languages.length === 0) found['languages'] = 'Choose at least one language.';
    let origins = draft.origins;
    if (line.trim() !== '') {
      const origin = toOrigin(line);
      const wrong = originProblem(origin);
      if (wrong) found['origins'] = wrong;
      else origins = [...new Set([...origins, origin])];
    }
    setProblems(found);
    if (Object.keys(found).length > 0) {
      focusFirstError(form.current);
      return;
    }
    // The language for everybody else must be one the chat speaks.
    const defaultLanguage = draft.languages.includes(draft.defaultLanguage)
      ? draft.defaultLanguage
      : (draft.languages[0] ?? 'en');
    const next = {
      ...draft,
      name: draft.name.trim(),
      origins,
      defaultLanguage,
      ...(playbookId === undefined ? {} : {playbookId}),
    };
    setDraft(next);
    setLine('');
    if (await act(next)) onClose();
  };
  const wrong = {...problems, ...fieldErrors(error)};
  return (
    <form ref={form} className="panel form col" onSubmit={event => void send(event)} noValidate>
      <div className="fields">
        <TextInput
          label="Name"
          description="Your agents see it beside each conversation."
          autoComplete="off"
          autoFocus
          value={draft.name}
          error={wrong['name']}
          onChange={event => setDraft({...draft, name: event.currentTarget.value})}
        />
        <NativeSelect
          label="Language for everybody else"
          description="For visitors whose language the chat does not speak."
          data={languages.filter(({value}) => draft.languages.includes(value))}
          value={draft.defaultLanguage}
          onChange={event =>
            setDraft({...draft, defaultLanguage: event.currentTarget.value as Draft['defaultLanguage']})
          }
        />
        {published.length > 0 ? (
          <NativeSelect
            label="Playbook"
            description="What the chat asks and answers there. Drafts cannot be chosen."
            data={published.map(({id: value, name: label}) => ({value, label}))}
            value={playbookId ?? ''}
            error={wrong['playbookId']}
            onChange={event => setDraft({...draft, playbookId: event.currentTarget.value})}
          />
        ) : null}
        <div className="all">
          <OriginsEditor
            value={draft.origins}
            onChange={origins => setDraft({...draft, origins})}
            draft={line}
            onDraft={setLine}
          />
          {wrong['origins'] ? (
            <p className="mantine-InputWrapper-error" role="alert">
              {wrong['origins']}
            </p>
          ) : null}
          {site && site.origins.some(origin => !draft.origins.includes(origin)) ? (
            <p className="t2 s13" role="status" style={{marginTop: 8}}>
              Pages on a removed address stop showing the chat as soon as you save.
            </p>
          ) : null}
        </div>
        <div className="all">
          <LanguageChecks
            legend="The chat speaks"
            value={draft.languages}
            error={wrong['languages']}
            onChange={chosen => setDraft({...draft, languages: chosen})}
          />
        </div>
      </div>
      <FormFoot
        error={error}
        save={busy ? 'Saving' : site ? 'Save' : 'Add the website'}
        busy={busy}
        onCancel={onClose}
      />
    </form>
  );
};
