/** What these documents and the code behind them answer to, framework by framework. Pointers for an auditor, no certificate. */
export type Mapping = {
  what: string;
  where: string;
  gdpr: string;
  dora: string;
  iso27001: string;
  soc2: string;
};

export const mappings: readonly Mapping[] = [
  {
    what: 'Inventory of personal data, generated from the declarations that storage works by',
    where: 'Data map; a column that is not declared fails the release’s tests',
    gdpr: 'Art. 30(1)(c)',
    dora: 'Art. 8(1), 8(4)',
    iso27001: 'A.5.9, A.5.12, A.5.34',
    soc2: 'C1.1, P3.1',
  },
  {
    what: 'Purpose limitation: a reader opens only columns that allow its purpose',
    where: 'Data map, purposes; the code refuses with privacy.purpose_refused',
    gdpr: 'Art. 5(1)(b), 25',
    dora: 'Art. 9(4)(c)',
    iso27001: 'A.5.15, A.8.3',
    soc2: 'CC6.1, P4.1',
  },
  {
    what: 'Register of third parties in use, with place, data and last use',
    where: 'Register',
    gdpr: 'Art. 28, 30(1)(d)',
    dora: 'Art. 28(3), 30(2)(b)',
    iso27001: 'A.5.19, A.5.22, A.5.23',
    soc2: 'CC9.2, P6.1, P6.2',
  },
  {
    what: 'Outbound connections refused unless a named person declared the destination',
    where: 'Residency; egress log',
    gdpr: 'Art. 32, 44',
    dora: 'Art. 9(2), 9(3)',
    iso27001: 'A.5.14, A.8.12, A.8.20',
    soc2: 'CC6.6, CC6.7',
  },
  {
    what: 'Encryption at rest, with a key per person',
    where: 'Data map, sealed columns',
    gdpr: 'Art. 32(1)(a)',
    dora: 'Art. 9(4)(d)',
    iso27001: 'A.8.24',
    soc2: 'CC6.1, C1.1',
  },
  {
    what: 'Deletion on time, every night, with the key first',
    where: 'Retention; its runs',
    gdpr: 'Art. 5(1)(e), 17',
    dora: 'Art. 9(2)',
    iso27001: 'A.5.33, A.8.10',
    soc2: 'C1.2, P4.2, P4.3',
  },
  {
    what: 'Access to personal data in a tamper-evident log',
    where: 'Audit log',
    gdpr: 'Art. 5(2), 32(1)(b)',
    dora: 'Art. 10(1)',
    iso27001: 'A.8.15, A.5.28',
    soc2: 'CC7.2, CC4.1',
  },
  {
    what: 'Privacy notice that says what really runs, versioned and dated',
    where: 'Notice; its versions and differences',
    gdpr: 'Art. 12, 13',
    dora: 'not covered',
    iso27001: 'A.5.31, A.5.34',
    soc2: 'P1.1, P2.1',
  },
  {
    what: 'Contact for privacy requests, in the widget and in the notice',
    where: 'Notice',
    gdpr: 'Art. 12(2), 13(1)(a)',
    dora: 'not covered',
    iso27001: 'A.5.34',
    soc2: 'P5.1, P8.1',
  },
];
