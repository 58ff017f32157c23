import type {usageCategories, usageMode} from '../../../appliance/features/insights/usage.schema.ts';
import type {z} from 'zod';

type Category = (typeof usageCategories)[number];
type Mode = z.infer<typeof usageMode>;

export const categoryWords: Record<Category, {label: string; what: string}> = {
  address: {label: 'Network address', what: 'Of the device the chat was opened from.'},
  device: {label: 'Device and browser', what: 'Their kind: phone or desktop, Firefox or Chrome.'},
  pages: {
    label: 'Pages',
    what: 'Visited while the chat is open or minimised: the address without its query, never a title.',
  },
  time: {label: 'Time in the chat', what: 'How long it was open before the visitor’s eyes.'},
  video: {label: 'Instant Video', what: 'How often it was used.'},
  crm: {label: 'CRM calls', what: 'How often the enquiry was sent to the CRM.'},
};
export const modeWords: Record<Mode, {label: string; means: string}> = {
  inform: {
    label: 'Tell, and let them object',
    means: 'From the opening of the chat on (legitimate interest).',
  },
  ask: {label: 'Ask first', means: 'Nothing before a yes (consent).'},
};
