import type {ConsentAct, ConsentHow} from '../../../appliance/features/privacy/consent/consent.schema.ts';
import type {Tone} from '../../shared/components/state.tsx';

export const actWords: Record<ConsentAct, {label: string; tone: Tone}> = {
  shown: {label: 'Shown', tone: 'no'},
  noted: {label: 'Read', tone: 'no'},
  given: {label: 'Agreed', tone: 'ok'},
  refused: {label: 'Refused', tone: 'at'},
  objected: {label: 'Objected', tone: 'at'},
  withdrawn: {label: 'Withdrawn', tone: 'at'},
};
export const howWords: Record<ConsentHow, string> = {
  chat_opened: 'when the chat opened',
  chat_bar: 'above the chat',
  privacy_panel: 'under “Privacy” in the chat',
  chat_message: 'in a message',
  browser_signal: 'by the browser’s own signal',
  privacy_request: 'by a request about their data',
};
export const languageWords = {en: 'English', de: 'German', fr: 'French', es: 'Spanish'} as const;
