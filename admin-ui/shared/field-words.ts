import type {FactField} from '../../appliance/kit/schema.ts';

/** What the fields of a lead are called. */
export const fieldWords: Record<FactField, string> = {
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  company: 'Company',
  job_title: 'Job title',
  company_size: 'Company size',
  budget: 'Budget',
  timeline: 'Timeline',
  need: 'Need',
  authority: 'Authority',
  intent: 'Intent',
};
export const fieldWord = (field: string) => (field in fieldWords ? fieldWords[field as FactField] : field);
