import type {Transaction} from '../../../storage/index.ts';
import {type Document, fillIn, formatDay} from '../documents/document.ts';
import type {Locale} from '../../../kit/schema.ts';
import type {ErasureRow} from './erasures.ts';
import type {Ledger} from './ledger.ts';
import type {RequestDeps, Signed} from './requests.deps.ts';
import type {Step} from './requests.schema.ts';
import type {RequestStore} from './requests.store.ts';
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

/** Signed, once everybody a request is about is gone. */
export const certify = async (
  deps: RequestDeps & {store: RequestStore; ledger: Ledger},
  trx: Transaction,
  requestId: string,
  rows: readonly Pick<ErasureRow, 'id' | 'steps' | 'erased_at' | 'pseudonym'>[],
): Promise<SignedCertificate> => {
  const {store, ledger} = deps;
  const request = await store.get(trx, requestId);
  const crm = await deps.crm.progress(
    trx,
    rows.map(({id}) => id),
  );
  const liveErasureAt = rows.map(row => row.erased_at ?? '').reduce((a, b) => (a > b ? a : b), '');
  const sums = new Map<string, number>();
  for (const {store: name, rows: count} of rows.flatMap(({steps}) => JSON.parse(steps) as Step[]))
    sums.set(name, (sums.get(name) ?? 0) + (count ?? 0));
  const pseudonyms = rows.map(({pseudonym}) => pseudonym);
  return deps.sealing.sign<Certificate>(
    certificateKind,
    {
      version: 1,
      request: requestId,
      company: (await deps.running(trx))?.company ?? '',
      requestedAt: request.created_at,
      provedBy: request.proof ?? 'console',
      persons: pseudonyms,
      liveErasureAt,
      lastKeyCopyEndsAt: await deps.lastKeyCopyEnds(liveErasureAt),
      stores: [...sums].map(([name, count]) => ({store: name, rows: count})),
      crm: [...crm.values()].flat().map(({connector, state, at}) => ({
        connector,
        confirmed: state === 'by_hand' ? ('by_hand' as const) : ('by_receiver' as const),
        at,
      })),
      ledger: {entries: await ledger.numbersOf(trx, pseudonyms), head: await ledger.head(trx)},
    },
    trx,
  );
};

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
