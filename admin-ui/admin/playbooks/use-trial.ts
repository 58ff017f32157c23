import {useEffect, useState} from 'react';
import type {tryPlaybook} from '../../../appliance/features/qualification/qualification.schema.ts';
import type {Locale} from '../../../appliance/kit/schema.ts';
import {type Answer, request} from '../../shared/api.ts';
import {fieldErrors} from '../../shared/field-errors.ts';
import type {Playbook} from './words.ts';

export type People = 'free' | 'busy' | 'closed';
export type Trial = Answer<typeof tryPlaybook>;

const pause = 350;
const none: Record<string, string> = {};

/**
 * The conversation by the draft as it stands, again after each change. The same request says what is not right yet: there
 * is one judge of a playbook, the appliance.
 */
export const useTrial = (
  content: Playbook | null,
  locale: Locale,
  said: readonly string[],
  people: People,
) => {
  const [trial, setTrial] = useState<Trial | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!content) return;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      setBusy(true);
      request<Trial>(
        'POST',
        '/api/admin/playbook-trial',
        {content, locale, said, people},
        {signal: gone.signal},
      )
        .then(answer => {
          setTrial(answer);
          setError(null);
        })
        .catch((caught: unknown) => {
          if (!gone.signal.aborted) setError(caught);
        })
        .finally(() => {
          if (!gone.signal.aborted) setBusy(false);
        });
    }, pause);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [content, locale, said, people]);
  const problems = error === null ? none : fieldErrors(error);
  return {trial, error, busy, problems};
};
