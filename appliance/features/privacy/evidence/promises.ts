import type {PromiseId} from '../../../kit/control.ts';

export type PromiseGroup = 'data' | 'use' | 'others' | 'keeping' | 'rights';
export const groupWords: Record<PromiseGroup, string> = {
  data: 'Data the appliance may hold',
  use: 'How data may be used',
  others: 'Who else sees data',
  keeping: 'Where and how data is kept',
  rights: 'The person’s rights',
};

export type ProductPromise = {
  id: PromiseId;
  group: PromiseGroup;
  title: string;
  text: string;
  /**
   * What the promise needs and this version has no control for, by the id the control will have. An entry speaks as long
   * as nobody supplies that control: then it goes by itself.
   */
  missing: Record<string, string>;
};

const said = (
  id: PromiseId,
  group: PromiseGroup,
  title: string,
  text: string,
  missing: Record<string, string> = {},
): ProductPromise => ({id, group, title, text, missing});

/** What the product promises, word for word. */
export const productPromises: readonly ProductPromise[] = [
  said(
    'D1',
    'data',
    'Identity and contact, and no other field',
    'Identity and contact: name, email, phone, company name, job title, billing address.',
  ),
  said(
    'D2',
    'data',
    'Conversations, whole',
    'Conversation: every chat session: transcript of the AI qualification and of the live agent’s part.',
  ),
  said(
    'D3',
    'data',
    'Video session metadata',
    'Video session metadata: participant identities, chat log inside the call, connection quality.',
    {
      'D3.calls': 'Video calls are not in this version.',
    },
  ),
  said(
    'D4',
    'data',
    'What a prospect said, with their words',
    'Prospect: intent signals, budget, company size (and need, authority, timeline), each with the visitor message it came from.',
  ),
  said(
    'D5',
    'data',
    'Usage, shortened',
    'Usage: IP address, device type, browser type, pages visited, time spent on the widget, Instant Video use, API calls made for CRM sync.',
  ),
  said(
    'D6',
    'data',
    'Billing references, never a card',
    'Billing: only the payment processor’s references (customer, order, subscription, licence key, status); never a card number.',
    {
      'D6.references': 'Licence and payment are not in this version; no such reference is stored.',
    },
  ),
  said(
    'U1',
    'use',
    'Read for the declared purpose alone',
    'Data serves the account that owns it: running the service (contract). A use outside the declared purpose is refused in code, not by policy: the composition root hands each room a reader(purpose), the sole holder of unseal, and every personal column, sealed or not, is read through it.',
  ),
  said(
    'U2',
    'use',
    'AI for this account alone',
    'Account-specific AI: the AI is run, tuned and trained for this account only, on this machine, from this account’s own conversations and outcomes; what was learned can be shown, evaluated before and after, rolled back, and unlearned when a person is erased.',
    {
      'U2.learning':
        'Learning from this account’s own conversations is not in this version: nothing is trained.',
    },
  ),
  said(
    'U3',
    'use',
    'Nothing before the chat is opened',
    'Usage is monitored to find faults and to improve qualification accuracy, on this appliance only (narrower than the original policy, which also optimised globally). Before the visitor opens the chat or consents, no identifier, no storage, no page tracking; later a visitor can object, and the objection is honoured.',
  ),
  said(
    'U4',
    'use',
    'Benchmarks only anonymised',
    'Aggregated benchmarks (average lead response time and the like) leave the appliance only anonymised: k-anonymity threshold and differential-privacy noise, opt-in, previewed byte for byte, exported as a file or sent through the egress broker, with a privacy-budget ledger; a signed benchmark from elsewhere can be imported and compared with.',
    {
      'U4.benchmarks': 'Benchmarks are not in this version: none leaves.',
    },
  ),
  said(
    'U5',
    'use',
    'Never sold, never shared for more',
    'Personal data is never sold or shared for any purpose other than those above: the list of egress purposes is closed, and a test enumerates every caller.',
  ),
  said(
    'S1',
    'others',
    'Every third party in the register',
    'Every third party the configuration really uses is listed in a live sub-processor register (hosting, payment, e-mail, CRM, model, identity provider, TURN, backup target; analytics: none, by construction), with the transfer basis, what categories go there and when the last byte did.',
  ),
  said(
    'S2',
    'others',
    'The CRM gets qualified leads alone',
    'The customer’s CRM (Salesforce, HubSpot, or a signed webhook) gets qualified-lead details, the chat transcript and the video log URL, solely for synchronisation, only the mapped fields, each delivery logged.',
  ),
  said(
    'S3',
    'others',
    'No card data, ever',
    'Payment goes through the third-party processor (Lemon Squeezy: hosted checkout and portal links; the account page holds the sealed billing address): the appliance never asks for, stores or logs card data; a card number is masked at every text entrance (chat, agents, notes, in-call chat, file names) before it is stored or queued.',
  ),
  said(
    'L1',
    'keeping',
    'Nothing leaves the region',
    'Residency: the region is chosen at set-up. No destination is reachable that is not declared to be inside it (the declaration is signed by the person who made it; where visitors and agents sit is theirs): outbound connections are denied by default in the process and by the host’s firewall, and leave only through the egress broker; each destination has a region and purpose; an exception needs a named person, a reason and an end date; each attempt, allowed or denied, is logged.',
    {
      'L1.firewall':
        'The host’s firewall is not set up by this version: the process and the broker hold the line alone.',
    },
  ),
  said(
    'L2',
    'keeping',
    'Encrypted on every network',
    'In transit: TLS 1.2 or newer everywhere, inside the box too wherever a packet leaves a process boundary for a network.',
  ),
  said(
    'L3',
    'keeping',
    'Encrypted at rest, a key per person',
    'At rest: AES-256 for the whole SQLite file (on Postgres: sealed columns, and dm-crypt underneath, checked by doctor), for personal fields a key per person (envelope encryption), for attachments, recordings, models’ training data and backups too; keys rotate (wrapping keys online; the file key by a copy, switched in a drained restart).',
  ),
  said(
    'L4',
    'keeping',
    'Every act in a log that can be proved',
    'Audit: every administrative act and every access to personal data is in a tamper-evident log (hash tree, signed checkpoints) that an outsider can verify offline; checkpoints go to a witness outside the administrator’s reach (SIEM, WORM directory, mail), so that even the host’s administrator cannot rewrite history unseen. An auditor role reads evidence, expires, and never sees conversations. Evidence packs map to SOC 2 trust-services criteria, ISO 27001 Annex A, and GDPR articles.',
  ),
  said(
    'L5',
    'keeping',
    'Deleted when its time is over',
    'Retention: customer data is kept until cancellation plus 30 days, then deleted, with reminders, a last export, and a signed deletion certificate. Shorter retention per category is configurable, and so is a lawful minimum (then erasure becomes restriction, Art. 18, until it ends); legal hold suspends deletion; a dry run shows what would go.',
  ),
  said(
    'L6',
    'keeping',
    'Backups obey the same rules',
    'Backups obey the same rules. Person keys live in a key store of their own, which is never part of a data backup; its own backup lives at most 7 days under rotating wrapping keys that the recovery words cannot derive, and the erasure certificate states both dates (live erasure, last key copy’s end). A signed, pseudonymous erasure ledger stands on every backup target; a restore replays it and the retention run before serving, and refuses an older head.',
    {
      'L6.backups': 'Backup and restore of the data are not in this version.',
    },
  ),
  said(
    'R1',
    'rights',
    'Told that an AI answers',
    'AI disclosure: a visitor is told, before the first answer, that they talk to an AI (EU AI Act Art. 50), and can ask for a human at any time.',
  ),
  said(
    'R2',
    'rights',
    'Recording only with both consents',
    'Recording of video or audio starts only by a person’s explicit act, after both the customer (agent) and the visitor explicitly agreed, is visible while it runs, and stops when either withdraws.',
    {
      'R2.recording': 'Calls are not in this version: nothing can be recorded.',
    },
  ),
  said(
    'R3',
    'rights',
    'Access, correction, objection, erasure',
    'Access, export, rectification, objection, erasure: from the admin UI, from the widget (verified by e-mail or signed identity), within one click; erasure reaches every store, the CRM (records we created are deleted; in others our fields are cleared and a task is opened) and the backups, and ends in a certificate. A qualification that decides anything about a person can be reviewed by a human (Art. 22).',
    {
      'R3.backups': 'Backups are not in this version: there is none that an erasure would have to reach.',
    },
  ),
  said(
    'R4',
    'rights',
    'A notice that cannot be untrue',
    'A contact point for privacy requests is shown in the widget and in the generated privacy notice; the notice is generated from the configuration that really runs, so that it cannot say something untrue; versioned, dated, diffable.',
  ),
];
