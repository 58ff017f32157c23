import type {Locale} from '../../../../kit/schema.ts';
import {de} from './de.ts';
import {en, type RequestTexts} from './en.ts';
import {es} from './es.ts';
import {fr} from './fr.ts';

export const requestTexts: Record<Locale, RequestTexts> = {en, de, fr, es};
