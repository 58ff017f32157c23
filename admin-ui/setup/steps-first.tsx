import {TextInput} from '@mantine/core';
import {NewPassword} from '../shared/components/new-password.tsx';
import type {Draft, Problems, SetupState} from './answers.ts';

export type StepProps = {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  problems: Problems;
  state: SetupState;
};

export const OrganisationStep = ({draft, change, problems}: StepProps) => (
  <TextInput
    label="Name of your organisation"
    description="Visitors read it: “You are chatting with an AI of …”."
    autoComplete="organization"
    value={draft.company}
    error={problems.company}
    onChange={event => change({company: event.currentTarget.value})}
  />
);

export const RegionStep = ({draft, change, problems, state}: StepProps) => (
  <fieldset aria-describedby={problems.region === undefined ? undefined : 'region-problem'}>
    <legend className="vh">Region</legend>
    <div className="choices">
      {state.regions.map(region => (
        <label key={region.code} className={draft.region === region.code ? 'choice on' : 'choice'}>
          <input
            type="radio"
            name="region"
            value={region.code}
            checked={draft.region === region.code}
            aria-invalid={problems.region !== undefined && region === state.regions[0]}
            onChange={() => change({region: region.code})}
          />
          <span>
            <b>{region.label}</b>
            <span>{region.meaning}</span>
          </span>
        </label>
      ))}
    </div>
    {problems.region === undefined ? null : (
      <p id="region-problem" className="mantine-InputWrapper-error" role="alert">
        {problems.region}
      </p>
    )}
  </fieldset>
);

export const AdministratorStep = ({draft, change, problems}: StepProps) => (
  <div className="col">
    <TextInput
      label="Your name"
      autoComplete="name"
      value={draft.name}
      error={problems.name}
      onChange={event => change({name: event.currentTarget.value})}
    />
    <TextInput
      label="Your e-mail"
      description="You sign in with it. Nothing is sent to it."
      type="email"
      autoComplete="username"
      value={draft.email}
      error={problems.email}
      onChange={event => change({email: event.currentTarget.value})}
    />
    <NewPassword
      label="Your password"
      value={draft.password}
      error={problems.password ?? null}
      onChange={password => change({password})}
    />
  </div>
);

export const ContactStep = ({draft, change, problems}: StepProps) => (
  <div className="col">
    <TextInput
      label="E-mail for privacy questions"
      description="A shared mailbox is better than a person’s: it outlives holidays."
      type="email"
      autoComplete="off"
      value={draft.contactEmail}
      error={problems.contactEmail}
      onChange={event => change({contactEmail: event.currentTarget.value})}
    />
    <TextInput
      label="Name of the contact, if there is one"
      description="For example your data protection officer."
      autoComplete="off"
      value={draft.contactName}
      error={problems.contactName}
      onChange={event => change({contactName: event.currentTarget.value})}
    />
  </div>
);
