import type {Transaction} from '../../../storage/index.ts';
import {type Document, fillIn, formatDay} from '../documents/document.ts';
import type {Locale} from '../../../kit/schema.ts';
import type {Sealing, Signed} from './requests.deps.ts';
import {requestTexts} from './texts/texts.ts';

/** What an erasure ends in: what was erased where, and until when a copy of a key may exist. No name, no address. */
export type Certificate = {
  version: 1;
  request: string;
  company: string;
  requestedAt: string;
  provedBy: 'session' | 'mail' | 'console';
  persons: string[];
  /** When the last of them was erased here: nothing of them can be read on the running appliance from then on. */
  liveErasureAt: string;
  /** When the last backup of the keys made before that is gone: nothing can be read anywhere from then on. */
  lastKeyCopyEndsAt: string;
  stores: {store: string; rows: number}[];
  crm: {connector: string; confirmed: 'by_receiver' | 'by_hand'; at: string | null}[];
  ledger: {entries: number[]; head: {number: number; hash: string}};
};
export type SignedCertificate = Signed<Certificate>;
export const certificateKind = 'erasure-certificate';

export const signCertificate = (
  sealing: Sealing,
  trx: Transaction,
  certificate: Certificate,
): Promise<SignedCertificate> => sealing.sign(certificateKind, certificate, trx);

/** The same, to be read by people. */
export const certificateDocument = (
  {document, signature, keyId, publicKey}: SignedCertificate,
  language: Locale,
): Document => {
  const t = requestTexts[language].certificate;
  const day = (instant: string): string => `${formatDay(instant, language)}, ${instant.slice(11, 19)} UTC`;
  return {
    language,
    title: t.title,
    sections: [
      {
        id: 'erased',
        title: t.erased,
        blocks: [
          {p: fillIn(t.statement, {company: document.company, count: document.persons.length})},
          {
            table: {
              head: [t.what, t.when],
              rows: [
                [t.requested, day(document.requestedAt)],
                [t.live, day(document.liveErasureAt)],
                [t.lastKey, day(document.lastKeyCopyEndsAt)],
              ],
            },
          },
          {p: t.meaning},
        ],
      },
      {
        id: 'stores',
        title: t.stores,
        blocks: [
          {
            table: {
              head: [t.store, t.rows],
              rows: document.stores.map(({store, rows}) => [t.storeNames[store] ?? store, String(rows)]),
            },
          },
          ...(document.crm.length === 0
            ? []
            : [
                {
                  table: {
                    head: [t.crm, t.confirmed],
                    rows: document.crm.map(({connector, confirmed, at}) => [
                      connector,
                      `${confirmed === 'by_hand' ? t.byHand : t.byReceiver}${at ? `, ${day(at)}` : ''}`,
                    ]),
                  },
                },
              ]),
        ],
      },
      {
        id: 'proof',
        title: t.proof,
        blocks: [
          {
            p: fillIn(t.ledger, {
              entries: document.ledger.entries.join(', '),
              number: document.ledger.head.number,
            }),
          },
          {
            list: [
              ...document.persons.map(pseudonym => `${t.pseudonym} ${pseudonym}`),
              `SHA-256 ${document.ledger.head.hash}`,
              `Ed25519 ${keyId} ${publicKey}`,
              signature,
            ],
          },
        ],
      },
    ],
  };
};
