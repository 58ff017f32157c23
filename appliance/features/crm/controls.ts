import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../../kit/control.ts';
import {type Reader, sampleOf, type Storage} from '../../storage/index.ts';
import type {LeadRow} from './leads.service.ts';

const most = 200;
const none = notApplicable('There is no lead yet.');
/** All that promise D1 names of a contact; the company's address would come with billing. */
const contactFields = new Set(['name', 'email', 'phone', 'company', 'jobTitle']);

export const crmControls = (deps: {
  storage: Storage;
  reader: Reader;
  /** Where a person decided in place of the score, or corrected what it counts. */
  byHand: (conversationIds: readonly string[]) => Promise<ReadonlySet<string>>;
}): Control[] => {
  const {storage, reader} = deps;
  const leads = async (): Promise<LeadRow[]> =>
    reader.open<LeadRow>('crm_leads', await sampleOf(storage.db, 'crm_leads', 'id', most));

  const contacts = async (): Promise<Look> => {
    const rows = await leads();
    if (rows.length === 0) return none;
    const others = new Set(
      rows
        .flatMap(({contact}) => Object.keys(JSON.parse(contact ?? '{}') as object))
        .filter(name => !contactFields.has(name)),
    );
    const evidence = {leads: rows.length, fields: [...contactFields]};
    return others.size === 0
      ? kept(
          `${counted(rows.length, 'lead')} drawn at random hold no field of a person but the declared ones.`,
          evidence,
        )
      : broken(`Leads hold a field that nobody declared: ${named([...others])}.`, evidence);
  };

  const qualified = async (): Promise<Look> => {
    const rows = await leads();
    if (rows.length === 0) return none;
    const below = rows.filter(({points, bar}) => points < bar);
    const byHand = await deps.byHand(below.map(row => row.conversation_id));
    const wrong = below.filter(row => !byHand.has(row.conversation_id)).map(({id}) => id);
    const evidence = {leads: rows.length, passed: rows.length - below.length, byHand: byHand.size};
    return wrong.length === 0
      ? kept(
          `${counted(rows.length, 'lead')} drawn at random passed the bar of their playbook${byHand.size === 0 ? '' : `, or a person decided so (${byHand.size})`}.`,
          evidence,
        )
      : broken(`Leads below the bar of their playbook: ${named(wrong)}.`, evidence);
  };

  const logged = async (): Promise<Look> => {
    const delivered: {id: string}[] = await storage
      .db('crm_deliveries')
      .where({state: 'delivered'})
      .orderBy('id', 'desc')
      .limit(most)
      .select('id');
    if (delivered.length === 0) return notApplicable('Nothing was delivered to a CRM yet.');
    const ids = delivered.map(({id}) => id);
    const attempts = new Set<string>(
      await storage
        .db('crm_attempts')
        .whereIn('delivery_id', ids)
        .where({outcome: 'delivered'})
        .pluck('delivery_id'),
    );
    const wrong = ids.filter(id => !attempts.has(id));
    const evidence = {delivered: ids.length, logged: ids.length - wrong.length};
    return wrong.length === 0
      ? kept(
          `The last ${counted(ids.length, 'delivery', 'deliveries')} to a CRM stand in the log of deliveries.`,
          evidence,
        )
      : broken(`Deliveries without their entry in the log: ${named(wrong)}.`, evidence);
  };

  const enforcedBy = ['appliance/features/crm/leads.service.ts'];
  return [
    {
      id: 'D1.contact-fields',
      claim: 'A lead holds name, e-mail, phone, company and job title of a person, and no other field.',
      enforcedBy: [...enforcedBy, 'appliance/features/qualification/index.ts'],
      check: contacts,
    },
    {
      id: 'S2.qualified-only',
      claim:
        'Only who passed the bar of the playbook, or whom a person let pass, becomes a lead and goes to the CRM.',
      enforcedBy: [...enforcedBy, 'appliance/features/qualification/engine/score.ts'],
      check: qualified,
    },
    {
      id: 'S2.deliveries-logged',
      claim: 'Each delivery to the CRM is in the log of deliveries.',
      enforcedBy: ['appliance/features/crm/deliveries.service.ts'],
      check: logged,
    },
  ];
};
