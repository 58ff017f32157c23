const purposes: Record<string, string> = {
  crm_sync: 'CRM sync',
  mail: 'E-mail',
  licence: 'Licence check',
  model_server: 'Model server',
  model_mirror: 'Models to fetch',
  backup: 'Backup',
  audit_witness: 'Audit witness',
  identity_provider: 'Identity provider',
  turn: 'Video relay',
  benchmark: 'Benchmark',
};

/** What a declared purpose is called; one this version does not know is shown as it is. */
export const purposeWord = (purpose: string) => purposes[purpose] ?? purpose;

const reasons: Record<string, string> = {
  unknown_destination: 'Nobody has declared it.',
  bad_destination: 'The declared destination is not a host with a port.',
  bad_request: 'The request itself was not allowed.',
  wrong_purpose: 'Declared for another purpose.',
  wrong_host: 'Another host, port or scheme than the declared one.',
  no_region: 'No region is chosen yet.',
  wrong_region: 'Declared to be outside the region.',
  exception_ended: 'Its exception has ended.',
  waits_for_approval: 'It waits until a second person has approved it.',
  not_approved: 'It was declared, and not approved.',
  proxy_failed: 'The outbound proxy could not be used.',
  proxy_refused: 'The outbound proxy did not let it through.',
  plain_refused: 'Without TLS, and not inside your own network.',
  address_refused: 'Its name leads to an address that is not allowed, such as a private one.',
  name_not_found: 'Its name is not known to this server’s DNS.',
  connect_failed: 'No connection could be made.',
  tls_failed: 'Its certificate was not accepted.',
  timeout: 'It did not answer in time.',
  reset: 'It cut the connection.',
  bad_answer: 'Its answer could not be read.',
  answer_too_large: 'Its answer was too large.',
  busy: 'Too much was under way at once.',
  aborted: 'The appliance gave the attempt up.',
  unavailable: 'The egress broker was not running.',
};

/** Why an attempt was refused or failed, from the broker's code. */
export const reasonWord = (reason: string) => reasons[reason] ?? reason;
