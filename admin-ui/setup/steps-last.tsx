import {NativeSelect, NumberInput, TextInput} from '@mantine/core';
import {OriginsEditor} from '../shared/components/origins.tsx';
import {retentionCategories} from '../shared/retention-words.ts';
import {type Language, languages, type StepId} from './answers.ts';
import type {StepProps} from './steps-first.tsx';

export const RetentionStep = ({draft, change, problems}: StepProps) => (
  <div className="col">
    {retentionCategories.map(({key, label, what, sentence}) => (
      <div key={key} className="keep">
        <NumberInput
          label={label}
          description={what}
          suffix={Number(draft.days[key]) === 1 ? ' day' : ' days'}
          min={1}
          max={3650}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator
          hideControls
          value={draft.days[key]}
          error={problems[`days.${key}`]}
          onChange={days => change({days: {...draft.days, [key]: days}})}
        />
        <p className="t2 s13" aria-live="polite">
          <b>Every night:</b> {sentence(draft.days[key])}
        </p>
      </div>
    ))}
  </div>
);

export const WebsiteStep = ({draft, change, problems}: StepProps) => (
  <div className="col">
    <TextInput
      label="Name of the website"
      description="Your agents see it beside each conversation."
      autoComplete="off"
      value={draft.siteName}
      error={problems.siteName}
      onChange={event => change({siteName: event.currentTarget.value})}
    />
    <OriginsEditor
      value={draft.origins}
      onChange={origins => change({origins})}
      draft={draft.originDraft}
      onDraft={originDraft => change({originDraft})}
    />
    {problems.origins === undefined ? null : (
      <p className="mantine-InputWrapper-error" role="alert">
        {problems.origins}
      </p>
    )}
    <NativeSelect
      label="Language of the chat"
      description="Visitors are greeted in their own where it is one of these four; this one is for all others."
      value={draft.language}
      data={languages}
      error={problems.language}
      onChange={event => change({language: event.currentTarget.value as Language})}
    />
  </div>
);

export const ReviewStep = ({
  draft,
  change,
  problems,
  state,
  onEdit,
  codeGiven,
}: StepProps & {onEdit: (step: StepId) => void; codeGiven: boolean}) => {
  const region = state.regions.find(({code}) => code === draft.region);
  const rows: [StepId, string, React.ReactNode][] = [
    ['organisation', 'Organisation', draft.company],
    ['region', 'Region', region?.label],
    [
      'administrator',
      'Administrator',
      draft.password === '' ? (
        <>
          {draft.name}, {draft.email}. <b>The password is missing.</b>
        </>
      ) : (
        `${draft.name}, ${draft.email}`
      ),
    ],
    [
      'contact',
      'Privacy contact',
      draft.contactName === '' ? draft.contactEmail : `${draft.contactName}, ${draft.contactEmail}`,
    ],
    [
      'retention',
      'Kept for',
      retentionCategories.map(({key, label}) => (
        <span key={key} className="line">
          {label}: {draft.days[key]} days
        </span>
      )),
    ],
    [
      'website',
      'First website',
      <>
        <span className="line">{draft.siteName}</span>
        {draft.origins.length === 0 ? (
          <span className="line dim">No address yet: the chat shows nowhere until you add one.</span>
        ) : (
          draft.origins.map(origin => (
            <span key={origin} className="line mono">
              {origin}
            </span>
          ))
        )}
      </>,
    ],
  ];
  return (
    <div className="col">
      <dl className="review">
        {rows.map(([step, label, value]) => (
          <div key={step}>
            <dt>{label}</dt>
            <dd className="break">{value}</dd>
            <button type="button" className="link" onClick={() => onEdit(step)}>
              Change<span className="vh"> {label}</span>
            </button>
          </div>
        ))}
      </dl>
      {codeGiven && problems.code === undefined ? null : (
        <TextInput
          label="Set-up code"
          description="In the address that the appliance printed when it first started, after #code=."
          autoComplete="off"
          spellCheck={false}
          classNames={{input: 'mono'}}
          value={draft.code}
          error={problems.code}
          onChange={event => change({code: event.currentTarget.value})}
        />
      )}
    </div>
  );
};
