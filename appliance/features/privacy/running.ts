import type {EgressPurpose} from '../../egress/contract.ts';
import {
  type Category,
  categories,
  type Column,
  type Dialect,
  type Purpose,
  type TableDeclaration,
} from '../../storage/index.ts';
import type {Destination, Exception} from './destinations.store.ts';
import {plainWords} from './documents/document.ts';
import {isInside} from './regions.ts';
import type {RetentionSaid} from './retention/index.ts';
import {tablesInForce, type UsageInForce} from './usage-columns.ts';

/** Whom a person asks about their data. All but the address of e-mail may be empty. */
export type PrivacyContact = {name: string; email: string; postalAddress: string; officer: string};

/** Somebody outside this server who gets data now. */
export type Recipient = {
  destinationId: string;
  purpose: EgressPurpose;
  name: string;
  host: string;
  region: string;
  inside: boolean;
  ownNetwork: boolean;
  categories: Category[];
  /** Why it may be sent outside the region, and until when. */
  exception?: Pick<Exception, 'basis' | 'until'> | null;
};

/** What really runs: all that register, notice, record and assessment may speak of. Nothing in it is a plan or a default. */
export type Running = {
  company: string;
  contact: PrivacyContact;
  region: string;
  recipients: Recipient[];
  retention: RetentionSaid;
  /** The purposes for which a part of this appliance was handed a reader. */
  purposes: readonly Purpose[];
  model: {place: 'here' | 'server'; name: string | null};
  database: Dialect;
  usage: UsageInForce;
  tables: readonly TableDeclaration[];
};

/** What the owner of a destination says of it; one that nobody speaks for counts as in use. */
export type DestinationUse = {name: string; inUse: boolean};

/** Which data a purpose of the way out can concern, by the purposes that columns allow. */
const concerns: Record<EgressPurpose, readonly Purpose[]> = {
  crm_sync: ['crm_sync'],
  model_server: ['qualification'],
  model_mirror: [],
  mail: ['service', 'routing', 'administration', 'privacy_rights'],
  licence: [],
  backup: ['service', 'administration'],
  audit_witness: ['security'],
  identity_provider: ['security'],
  turn: ['service'],
  benchmark: [],
};
export const egressPurposesKnown = Object.keys(concerns) as EgressPurpose[];

/** What erasure leaves is the organisation's own, such as its credentials: that goes to nobody. */
export const receives = (recipient: Recipient, column: Column): boolean =>
  column.kind !== 'technical' &&
  column.erasedBy !== 'none' &&
  recipient.categories.includes(column.category) &&
  column.purposes.some(purpose => concerns[recipient.purpose].includes(purpose));

export const recipientsOf = (
  destinations: readonly Destination[],
  uses: ReadonlyMap<string, DestinationUse>,
  region: string,
): Recipient[] =>
  destinations
    .filter(({id}) => uses.get(id)?.inUse ?? true)
    // what waits, or has ended, gets nothing
    .filter(
      one =>
        one.state === 'in_force' &&
        (isInside(one.region, region) || (one.exception !== null && !one.exception.ended)),
    )
    .map(one => ({
      destinationId: one.id,
      purpose: one.purpose as EgressPurpose,
      name: plainWords(uses.get(one.id)?.name ?? one.host),
      host: one.host,
      region: one.region,
      inside: isInside(one.region, region),
      ownNetwork: one.private,
      categories: categories.filter(category => one.categories.includes(category)),
      exception: one.exception && {basis: one.exception.basis, until: one.exception.until},
    }));

/** Names as they may stand in a document; what is not measured, and a CRM that is not connected, is not spoken of. */
export const runningOf = (facts: Running): Running => {
  const toCrm = facts.recipients.some(({purpose}) => purpose === 'crm_sync');
  const spoken = (one: string) => one !== 'crm' || toCrm;
  const {fullAddress} = facts.usage;
  const usage = {
    ...facts.usage,
    measured: facts.usage.measured.filter(spoken),
    off: facts.usage.off.filter(spoken),
    fullAddress: fullAddress === null ? null : plainWords(fullAddress),
  };
  return {
    ...facts,
    purposes: facts.purposes.filter(purpose => purpose !== 'crm_sync' || toCrm),
    company: plainWords(facts.company),
    retention: {
      ...facts.retention,
      sites: facts.retention.sites.map(site => ({...site, name: plainWords(site.name)})),
      minimums: facts.retention.minimums.map(one => ({...one, law: plainWords(one.law)})),
    },
    usage,
    tables: tablesInForce(facts.tables, usage),
    contact: {
      name: plainWords(facts.contact.name),
      email: plainWords(facts.contact.email),
      postalAddress: plainWords(facts.contact.postalAddress),
      officer: plainWords(facts.contact.officer),
    },
  };
};
