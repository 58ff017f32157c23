import {useEffect, useState} from 'react';
import {codeIn, type Draft} from './answers.ts';

const place = 'crowlit-setup';
const blank: Draft = {
  code: '',
  company: '',
  language: 'en',
  region: '',
  name: '',
  email: '',
  password: '',
  contactName: '',
  contactEmail: '',
  days: {conversations: 180, leads: 365, usage: 30, mail: 30},
  siteName: '',
  origins: [],
  originDraft: '',
};

const kept = (): Partial<Draft> => {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? '{}') as Partial<Draft>;
  } catch {
    return {};
  }
};

/** Back, forward and reload keep every answer in this tab, save the password, which is nowhere but in its field. */
export const useDraft = (defaults: Draft['days'] | undefined) => {
  const [draft, setDraft] = useState<Draft>(() => {
    const fromAddress = codeIn(window.location.hash);
    const stored = kept();
    return {
      ...blank,
      ...(defaults ? {days: defaults} : {}),
      ...stored,
      code: fromAddress || stored.code || '',
    };
  });
  useEffect(() => {
    sessionStorage.setItem(place, JSON.stringify({...draft, password: ''}));
  }, [draft]);
  const change = (part: Partial<Draft>) => setDraft(before => ({...before, ...part}));
  return {draft, change, forget: () => sessionStorage.removeItem(place)};
};
