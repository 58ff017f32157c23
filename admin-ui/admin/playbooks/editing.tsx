import {createContext, useContext} from 'react';
import type {Locale} from '../../../appliance/kit/schema.ts';
import type {Playbook} from './words.ts';

/** The draft under the hand, and how to change it. */
export type Editing = {
  content: Playbook;
  /** The language whose texts are shown. */
  language: Locale;
  /** What is not right yet, by place: `facts.0.question.de`. */
  problems: Readonly<Record<string, string>>;
  edit: (change: (draft: Playbook) => void) => void;
};
export const EditingContext = createContext<Editing | null>(null);

export const useEditing = (): Editing => {
  const editing = useContext(EditingContext);
  if (!editing) throw new Error('a part of the playbook editor stands outside of it');
  return editing;
};

export const without = <T,>(items: readonly T[], index: number): T[] => items.filter((_, at) => at !== index);

/** One place up or down; the ends stay where they are. */
export const moved = <T,>(items: readonly T[], index: number, by: 1 | -1): T[] => {
  const next = [...items];
  const [one] = next.splice(index, 1);
  if (one !== undefined) next.splice(index + by, 0, one);
  return next;
};

/** A new name for an answer or rule: `answer-7`, never one that is there. */
export const freshId = (word: string, taken: readonly {id: string}[]): string => {
  for (let number = taken.length + 1; ; number++) {
    const id = `${word}-${number}`;
    if (!taken.some(one => one.id === id)) return id;
  }
};
