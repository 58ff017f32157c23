import {NativeSelect, Textarea, TextInput} from '@mantine/core';
import {useState} from 'react';
import type {ExceptionTerms} from '../../appliance/kit/schema.ts';
import {useSession} from '../shared/session.tsx';
import {isInsideRegion} from './regions.ts';

type Basis = ExceptionTerms['basis'];
export const basisWords: Record<Basis, string> = {
  adequacy_decision: 'Adequacy decision (Art. 45 GDPR)',
  standard_clauses: 'Standard contractual clauses (Art. 46)',
  binding_rules: 'Binding corporate rules (Art. 47)',
  explicit_consent: 'Explicit consent (Art. 49)',
  contract_performance: 'Contract with the person (Art. 49)',
};
const bases = Object.keys(basisWords) as Basis[];
const day = 86_400_000;
/** Whole days from now, as a date field writes them. */
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString().slice(0, 10);

/** What is asked for a place outside the region. Empty and without problems where the place is inside. */
export const useException = (region: string) => {
  const own = useSession().session.appliance.region;
  const [basis, setBasis] = useState<Basis | ''>('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const needed = region !== '' && own !== null && !isInsideRegion(region, own.code);
  const problems: Record<string, string> = {};
  if (needed) {
    if (basis === '') problems['exception.basis'] = 'Choose the legal basis of the transfer.';
    if (until === '' || until > inDays(89) || until < inDays(0))
      problems['exception.until'] = `Choose a day until ${inDays(89)}.`;
    if (reason.trim().length < 10) problems['exception.reason'] = 'Write why it is needed, in a sentence.';
  }
  const terms: ExceptionTerms | null =
    needed && basis !== '' && Object.keys(problems).length === 0
      ? {basis, until: `${until}T23:59:00.000Z`, reason: reason.trim()}
      : null;
  return {
    needed,
    basis,
    setBasis,
    until,
    setUntil,
    reason,
    setReason,
    problems,
    terms,
    /** To be sent with the rest of a form. */
    body: terms === null ? {} : {exception: terms},
  };
};
export type ExceptionDraft = ReturnType<typeof useException>;

export const Exception = ({
  exception,
  problems,
}: {
  exception: ExceptionDraft;
  problems: Record<string, string>;
}) => (
  <div className="fields">
    <NativeSelect
      label="Legal basis of the transfer"
      description="It stands in the register and in the privacy notice."
      data={[{value: '', label: 'Choose'}, ...bases.map(value => ({value, label: basisWords[value]}))]}
      value={exception.basis}
      error={problems['exception.basis']}
      onChange={({currentTarget: {value}}) => exception.setBasis(bases.find(one => one === value) ?? '')}
    />
    <TextInput
      label="Ends on"
      description="At most 90 days ahead. It ends by itself."
      type="date"
      min={inDays(0)}
      max={inDays(89)}
      value={exception.until}
      error={problems['exception.until']}
      onChange={event => exception.setUntil(event.currentTarget.value)}
    />
    <Textarea
      className="all"
      label="Why it is needed"
      description="You answer for it, by name. Who approves it reads this, and so does an auditor."
      autosize
      minRows={2}
      maxLength={500}
      value={exception.reason}
      error={problems['exception.reason']}
      onChange={event => exception.setReason(event.currentTarget.value)}
    />
  </div>
);
