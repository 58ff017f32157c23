import {useState} from 'react';
import type {getPlaybook} from '../../../appliance/features/qualification/qualification.schema.ts';
import {refresh, useAct} from '../../shared/act.ts';
import {type Answer, ApiError, request} from '../../shared/api.ts';
import {useGet} from '../../shared/query.ts';
import type {Playbook} from './words.ts';

type Opened = Answer<typeof getPlaybook>;
/** What is edited, and what it was begun from: the appliance refuses to overwrite anything newer. */
type Draft = {content: Playbook; basedOn: number; revision: number};

const begin = ({playbook, content, draft}: Opened): Draft =>
  draft
    ? {content: draft.content as Playbook, basedOn: draft.basedOn, revision: draft.revision}
    : {content: content as Playbook, basedOn: playbook.version, revision: 0};

const conflicts = ['qualification.draft_changed', 'qualification.version_changed'];

export const useDraft = (id: string) => {
  const path = `/api/admin/playbooks/${encodeURIComponent(id)}`;
  const {data, error: loadError, refetch} = useGet<Opened>(path);
  const [mine, setMine] = useState<Draft | null>(null);
  const draft = mine ?? (data ? begin(data) : null);
  const kept = data ? JSON.stringify(begin(data).content) : '';
  const took = (opened: Opened) => setMine(begin(opened));

  const save = useAct(async (next: Draft) => {
    const opened = await request<Opened>('PUT', `${path}/draft`, next);
    took(opened);
    return opened;
  }, '/api/admin/playbooks');
  const publish = useAct(async (next: Draft) => {
    const opened = await request<Opened>('PUT', path, next);
    took(opened);
    return opened;
  }, '/api/admin/playbooks');
  const discard = useAct(async (revision: number) => {
    if (revision > 0) await request('DELETE', `${path}/draft`, {revision});
    await refresh('/api/admin/playbooks');
    setMine(null);
  }, '/api/admin/playbooks');

  const acts = [save, publish, discard];
  const clear = () => acts.forEach(act => act.clear());
  const error = acts.map(act => act.error).find(one => one !== null) ?? null;
  return {
    data,
    loadError,
    refetch,
    draft,
    /** Something on this page is nowhere else yet. */
    unsaved: draft !== null && JSON.stringify(draft.content) !== kept,
    busy: acts.some(act => act.busy),
    error,
    /** Somebody else was first. */
    conflict: error instanceof ApiError && conflicts.includes(error.code),
    published: publish.result?.value.playbook.version ?? null,
    edit: (change: (content: Playbook) => void) => {
      if (!draft) return;
      const content = structuredClone(draft.content);
      change(content);
      clear();
      setMine({...draft, content});
    },
    save: () => draft && save.act(draft),
    publish: () => draft && publish.act(draft),
    discard: () => draft && discard.act(draft.revision),
    /** After a conflict: what the others have, in place of what stands here. */
    takeTheirs: async () => {
      clear();
      const {data: fresh} = await refetch();
      if (fresh) took(fresh);
    },
    /** After a conflict: what stands here stays, and may go over what the others have. */
    keepMine: async () => {
      clear();
      const {data: fresh} = await refetch();
      if (fresh && draft)
        setMine({
          content: draft.content,
          basedOn: fresh.playbook.version,
          revision: fresh.draft?.revision ?? 0,
        });
    },
  };
};
export type DraftControl = ReturnType<typeof useDraft>;
