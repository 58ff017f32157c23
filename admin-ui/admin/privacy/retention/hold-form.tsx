import {NativeSelect, Textarea, TextInput} from '@mantine/core';
import {type FormEvent, useRef, useState} from 'react';
import {useAct} from '../../../shared/act.ts';
import {request} from '../../../shared/api.ts';
import {requiredProblem} from '../../../shared/check.ts';
import {fieldErrors, focusFirstError} from '../../../shared/field-errors.ts';
import {FormFoot} from '../../../shared/components/form-foot.tsx';
import {type Hold, holdsPath, path, type Retention} from './retention.ts';

const scopes: {value: Hold['scope']; label: string}[] = [
  {value: 'person', label: 'One visitor'},
  {value: 'site', label: 'A website'},
  {value: 'everything', label: 'Everything'},
];
const idIn = (text: string): string =>
  /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.exec(text.toLowerCase())?.[0] ?? '';

/** Places a hold: what it covers, why, and who answers for it. */
export const HoldForm = ({
  sites,
  about,
  onClose,
}: {
  sites: Retention['sites'];
  about: string | undefined;
  onClose: () => void;
}) => {
  const form = useRef<HTMLFormElement>(null);
  const [scope, setScope] = useState<Hold['scope']>('person');
  const [who, setWho] = useState(about ?? '');
  const [site, setSite] = useState(sites[0]?.siteId ?? '');
  const [reason, setReason] = useState('');
  const [owner, setOwner] = useState('');
  const [reviewOn, setReviewOn] = useState('');
  const [problems, setProblems] = useState<Record<string, string>>({});
  const scopeId = {person: idIn(who), site, everything: null}[scope];
  const {act, busy, error} = useAct(
    () =>
      request('POST', holdsPath, {
        scope,
        scopeId,
        reason: reason.trim(),
        owner: owner.trim(),
        reviewOn: reviewOn === '' ? null : reviewOn,
      }),
    holdsPath,
    path,
  );

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found: Record<string, string> = {};
    if (scope === 'person' && scopeId === '')
      found['scopeId'] = 'Paste the address of the conversation or the lead, or the id in it.';
    const noReason = requiredProblem(reason, 'why it must be kept');
    const noOwner = requiredProblem(owner, 'who answers for it');
    if (noReason) found['reason'] = noReason;
    if (noOwner) found['owner'] = noOwner;
    setProblems(found);
    if (Object.keys(found).length > 0) return focusFirstError(form.current);
    if (await act(undefined)) onClose();
  };
  const wrong = {...fieldErrors(error), ...problems};
  return (
    <form
      ref={form}
      className="panel form col"
      style={{marginBottom: 16}}
      noValidate
      aria-label="Place a legal hold"
      onSubmit={event => void send(event)}
    >
      <p className="t2 s13">
        <b>Kept until lifted.</b> Nothing it covers is deleted, by the nightly run or by an erasure request:
        such a request restricts the data instead.
      </p>
      <div className="fields">
        <NativeSelect
          label="What it covers"
          data={scopes}
          value={scope}
          onChange={event => setScope(event.currentTarget.value as Hold['scope'])}
        />
        {scope === 'person' ? (
          <TextInput
            label="Conversation or lead"
            description="Its address, as your browser shows it, or the id in it."
            autoComplete="off"
            spellCheck={false}
            classNames={{input: 'mono'}}
            value={who}
            error={wrong['scopeId']}
            onChange={event => setWho(event.currentTarget.value)}
          />
        ) : scope === 'site' ? (
          <NativeSelect
            label="Website"
            data={sites.map(({siteId, siteName}) => ({value: siteId, label: siteName}))}
            value={site}
            error={wrong['scopeId']}
            onChange={event => setSite(event.currentTarget.value)}
          />
        ) : (
          <p className="t2 s13">All that this appliance keeps of visitors, and its letters.</p>
        )}
        <Textarea
          className="all"
          label="Why it must be kept"
          description="For example a claim with its number. It stands in the audit log, sealed."
          autosize
          minRows={2}
          maxLength={1000}
          value={reason}
          error={wrong['reason']}
          onChange={event => setReason(event.currentTarget.value)}
        />
        <TextInput
          label="Who answers for it"
          autoComplete="off"
          maxLength={200}
          value={owner}
          error={wrong['owner']}
          onChange={event => setOwner(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label="Look at it again on (optional)"
          value={reviewOn}
          error={wrong['reviewOn']}
          onChange={event => setReviewOn(event.currentTarget.value)}
        />
      </div>
      <FormFoot
        error={error}
        failed="No hold was placed."
        save="Place the hold"
        busy={busy}
        onCancel={onClose}
      />
    </form>
  );
};
