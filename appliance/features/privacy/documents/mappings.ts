import type {PromiseId} from '../../../kit/control.ts';

/** What a promise answers to, framework by framework, and where it is looked at. Pointers for an auditor, no certificate. */
export type Mapping = {
  promise: PromiseId;
  what: string;
  /** Null: nothing of it is in this version. */
  where: string | null;
  gdpr: string;
  dora: string;
  iso27001: string;
  soc2: string;
  asvs: string;
};

export const frameworks = {
  gdpr: 'GDPR',
  dora: 'DORA',
  iso27001: 'ISO 27001',
  soc2: 'SOC 2',
  asvs: 'OWASP ASVS 5',
} as const;
export const frameworksInWords =
  'GDPR, DORA (Regulation (EU) 2022/2554), ISO/IEC 27001:2022 Annex A, the SOC 2 trust services criteria and OWASP ASVS 5.0';

const none = 'not covered';
const row = (
  promise: PromiseId,
  what: string,
  where: string | null,
  [gdpr, dora, iso27001, soc2, asvs]: [string, string, string, string, string],
): Mapping => ({promise, what, where, gdpr, dora, iso27001, soc2, asvs});

/** Written once: the record, the assessment, the page Evidence and its pack are all made of these rows. */
export const mappings: readonly Mapping[] = [
  row(
    'D1',
    'Inventory of personal data, generated from the declarations that storage works by',
    'Data map; a column that is not declared fails the release’s tests',
    ['Art. 5(1)(c), 30(1)(c)', 'Art. 8(1), 8(4)', 'A.5.9, A.5.12, A.5.34', 'C1.1, P3.1', 'V14.1'],
  ),
  row('D2', 'Conversations are kept whole, and for their period alone', 'Inbox; data map', [
    'Art. 5(1)(d), 5(1)(f)',
    'Art. 9(3)(c)',
    'A.5.33, A.8.24',
    'PI1.5, P4.2',
    'V14.2',
  ]),
  row('D3', 'Data of video sessions: who took part, chat, quality', null, [
    'Art. 5(1)(c), 30(1)(c)',
    'Art. 8(1)',
    'A.5.12, A.5.34',
    'P3.1',
    'V17.3',
  ]),
  row(
    'D4',
    'Facts about a visitor, each with the visitor’s own words',
    'Inbox: facts and reasons of any conversation',
    ['Art. 5(1)(d), 13(2)(f), 22', none, 'A.5.33, A.5.34', 'PI1.3, P7.1', 'V2.2'],
  ),
  row('D5', 'Data about the use, with shortened network addresses', 'Data map; inbox', [
    'Art. 5(1)(c), 25',
    none,
    'A.5.34, A.8.11',
    'P3.1, P3.2',
    'V14.2',
  ]),
  row('D6', 'References of the payment processor, never a card', null, [
    'Art. 5(1)(c)',
    'Art. 9(2)',
    'A.5.12, A.8.11',
    'P3.1',
    'V14.2',
  ]),
  row(
    'U1',
    'Purpose limitation: a reader opens only columns that allow its purpose',
    'Data map, purposes; the code refuses with privacy.purpose_refused',
    ['Art. 5(1)(b), 25', 'Art. 9(4)(c)', 'A.5.15, A.8.3', 'CC6.1, P4.1', 'V8.2, V15.3'],
  ),
  row('U2', 'The AI works for this organisation alone', 'Models', [
    'Art. 5(1)(b), 28, 44',
    'Art. 28(2), 28(5)',
    'A.5.23, A.8.12',
    'CC6.7, C1.1',
    'V13.2',
  ]),
  row('U3', 'No identifier and no tracking before a visitor opens the chat', 'Widget; notice', [
    'Art. 6, 21, 25(2)',
    none,
    'A.5.34, A.8.11',
    'P2.1, P3.2',
    'V14.3',
  ]),
  row('U4', 'Benchmarks leave only anonymised, previewed and by choice', null, [
    'Art. 5(1)(b), 89(1)',
    none,
    'A.8.11, A.8.12',
    'P4.1, P6.1',
    'V14.2',
  ]),
  row('U5', 'Personal data leaves for a closed list of purposes', 'Residency; egress log', [
    'Art. 5(1)(b), 6(4)',
    'Art. 28(7)',
    'A.5.14, A.8.12',
    'P4.1, P6.1',
    'V13.2, V14.2',
  ]),
  row('S1', 'Register of third parties in use, with place, data and last use', 'Register', [
    'Art. 28, 30(1)(d)',
    'Art. 28(3), 30(2)(b)',
    'A.5.19, A.5.22, A.5.23',
    'CC9.2, P6.1, P6.2',
    'V15.1',
  ]),
  row('S2', 'Qualified leads alone are handed on, each delivery logged', 'Deliveries', [
    'Art. 5(1)(c), 28(3)',
    'Art. 30(2)(a)',
    'A.5.14, A.5.22',
    'CC6.7, P6.1, PI1.4',
    'V13.2',
  ]),
  row('S3', 'Payment card numbers are masked before they are stored', 'Inbox: masked numbers', [
    'Art. 5(1)(c), 25',
    'Art. 9(2)',
    'A.8.11',
    'C1.1, P3.1',
    'V2.2, V14.2',
  ]),
  row(
    'L1',
    'Outbound connections refused unless a named person declared the destination',
    'Residency; egress log',
    ['Art. 32, 44', 'Art. 9(2), 9(3)', 'A.5.14, A.8.12, A.8.20', 'CC6.6, CC6.7', 'V13.2'],
  ),
  row('L2', 'TLS 1.2 or newer wherever a packet leaves the machine', 'Overview: TLS', [
    'Art. 32(1)(a)',
    'Art. 9(3)(a), 9(4)(d)',
    'A.8.20, A.8.21, A.8.24',
    'CC6.7',
    'V12.1, V12.2, V12.3',
  ]),
  row('L3', 'Encryption at rest, with a key per person', 'Data map, sealed columns', [
    'Art. 32(1)(a)',
    'Art. 9(4)(d)',
    'A.8.24',
    'CC6.1, C1.1',
    'V11.2, V11.3, V14.2',
  ]),
  row('L4', 'Access to personal data in a tamper-evident log', 'Audit log', [
    'Art. 5(2), 32(1)(b), 32(1)(d)',
    'Art. 10(1), 12(7)',
    'A.5.28, A.8.2, A.8.15',
    'CC4.1, CC6.3, CC7.2',
    'V16.2, V16.3, V16.4',
  ]),
  row('L5', 'Deletion on time, every night, with the key first', 'Retention; its runs', [
    'Art. 5(1)(e), 17',
    'Art. 9(2)',
    'A.5.33, A.8.10',
    'C1.2, P4.2, P4.3',
    'V14.2',
  ]),
  row('L6', 'Backups that bring nobody back who was erased', null, [
    'Art. 17, 32(1)(c)',
    'Art. 12',
    'A.8.10, A.8.13',
    'A1.2, A1.3, C1.2',
    'V14.2',
  ]),
  row(
    'R1',
    'A visitor is told that an AI answers, before it does',
    'Widget; the notice, “An AI answers first”',
    ['Art. 5(1)(a), 13(2)(f)', none, 'A.5.34', 'P1.1, P2.1', 'V14.1'],
  ),
  row('R2', 'Recording by an act of a person and the consent of both', null, [
    'Art. 6(1)(a), 7',
    none,
    'A.5.34',
    'P2.1',
    'V17.2',
  ]),
  row(
    'R3',
    'Access, rectification, objection and erasure',
    'Requests and their certificates; inbox: objections to the AI',
    ['Art. 12, 15 to 22', none, 'A.5.34', 'P5.1, P5.2, P8.1', 'V14.2'],
  ),
  row(
    'R4',
    'Privacy notice that says what really runs, versioned and dated, with a contact',
    'Notice; its versions and differences',
    ['Art. 12, 13', none, 'A.5.31, A.5.34', 'P1.1, P2.1, P8.1', 'V14.1'],
  ),
];

/** What a document says of: a promise of which nothing is in this version answers to nothing yet. */
export const mappedHere = mappings.filter((one): one is Mapping & {where: string} => one.where !== null);
