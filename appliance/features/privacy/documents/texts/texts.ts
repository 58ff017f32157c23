import type {Locale} from '../../../../kit/schema.ts';
import {de} from './de.ts';
import {en, type NoticeTexts} from './en.ts';
import {es} from './es.ts';
import {fr} from './fr.ts';

export type {NoticeTexts};
export const noticeTexts: Record<Locale, NoticeTexts> = {en, de, fr, es};
