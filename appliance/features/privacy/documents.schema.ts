import {z} from 'zod';
import {email, instant, locale} from '../../kit/schema.ts';

export const series = z.enum(['notice', 'register', 'record', 'assessment']);
const number = z.coerce.number().int().min(1).max(1_000_000);
const place = z.object({series});
const choice = z.object({language: locale.default('en'), version: number.optional()});

export const privacyContact = z.object({
  name: z.string().trim().max(120),
  email,
  postalAddress: z.string().trim().max(300),
  officer: z.string().trim().max(200),
});
export const getPrivacyContact = {response: z.object({contact: privacyContact})};
export const putPrivacyContact = {body: privacyContact, response: getPrivacyContact.response};

export const version = z.object({number: z.number().int(), at: instant, hash: z.string()});
export const listVersions = {params: place, response: z.object({versions: z.array(version)})};

const block = z.union([
  z.object({p: z.string()}),
  z.object({list: z.array(z.string())}),
  z.object({table: z.object({head: z.array(z.string()), rows: z.array(z.array(z.string()))})}),
  z.object({link: z.string(), href: z.string()}),
]);
export const document = z.object({
  language: locale,
  title: z.string(),
  sections: z.array(z.object({id: z.string(), title: z.string(), blocks: z.array(block)})),
});
export const sectionChange = z.object({
  id: z.string(),
  title: z.string(),
  removed: z.array(z.string()),
  added: z.array(z.string()),
});
export const getDocument = {
  params: place,
  query: choice,
  response: z.object({
    version,
    document,
    /** What it says that the version before did not. */
    changes: z.array(sectionChange),
  }),
};
export const getDifference = {
  params: place,
  query: z.object({language: locale.default('en'), version: number, against: number}),
  response: z.object({changes: z.array(sectionChange)}),
};
export const download = {params: place, query: choice};
/** Of what runs now; an earlier version is there as words and as PDF. */
export const downloadJson = {params: place, query: choice.pick({language: true})};
export const downloadSchema = {params: place};

const recipient = z.object({
  name: z.string(),
  host: z.string(),
  purpose: z.string(),
  region: z.string(),
  insideRegion: z.boolean(),
  ownNetwork: z.boolean(),
  categories: z.array(z.string()),
  transferBasis: z.string(),
});
export const getRegister = {
  response: z.object({
    version,
    recipients: z.array(
      recipient.extend({
        declaredBy: z.string(),
        declaredAt: instant,
        /** When the last byte left for there. */
        lastByteAt: instant.nullable(),
      }),
    ),
    /** Reasons to leave the box for which nothing is declared. */
    unused: z.array(z.object({purpose: z.string(), label: z.string()})),
  }),
};

export const dataMapEntry = z.object({
  table: z.string(),
  column: z.string(),
  room: z.string(),
  subjects: z.array(z.enum(['visitors', 'colleagues', 'organisation'])),
  category: z.string().nullable(),
  purposes: z.array(z.string()),
  basis: z.string().nullable(),
  recipients: z.array(z.string()),
  retention: z.string(),
  sealed: z.boolean(),
  erasedBy: z.string(),
});
export const getDataMap = {
  response: z.object({
    columns: z.array(dataMapEntry),
    /** Codes of the columns, in words. */
    words: z.object({
      categories: z.record(z.string(), z.string()),
      purposes: z.record(z.string(), z.string()),
      bases: z.record(z.string(), z.string()),
      retention: z.record(z.string(), z.string()),
      erasures: z.record(z.string(), z.string()),
    }),
  }),
};

/** The files to take away; their JSON Schemas are made from these. */
const file = {series: z.string(), version: version.describe('of the document with the same content')};
export const files = {
  record: z.object({
    ...file,
    controller: z.object({
      name: z.string(),
      contact: privacyContact.extend({email: z.string()}),
      region: z.string(),
    }),
    activities: z.array(
      z.object({
        purpose: z.string(),
        description: z.string(),
        bases: z.array(z.string()),
        subjects: z.array(z.string()),
        categories: z.array(z.string()),
        retention: z.array(z.object({class: z.string(), period: z.string()})),
      }),
    ),
    recipients: z.array(recipient),
    model: z.object({place: z.enum(['here', 'server']), name: z.string().nullable()}),
    usage: z.object({
      measured: z.array(z.string()),
      off: z.array(z.string()),
      addresses: z.enum(['truncated', 'whole']),
      reason: z.string().nullable(),
      modes: z.array(z.enum(['ask', 'inform'])),
    }),
    security: z.array(z.string()),
    columns: z.array(dataMapEntry),
    mappings: z.array(
      z.object({
        what: z.string(),
        where: z.string(),
        gdpr: z.string(),
        dora: z.string(),
        iso27001: z.string(),
        soc2: z.string(),
        asvs: z.string(),
      }),
    ),
  }),
  register: z.object({...file, recipients: z.array(recipient), unused: z.array(z.string())}),
  notice: z.object({...file, document}),
  assessment: z.object({...file, document}),
};
