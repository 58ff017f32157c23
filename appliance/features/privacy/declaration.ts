import {domainToUnicode} from 'node:url';
import {AppError} from '../../kit/errors.ts';
import type {ExceptionTerms} from '../../kit/schema.ts';
import type {EgressPurpose} from '../../egress/contract.ts';
import {type Category, categories as knownCategories} from '../../storage/index.ts';
import type {Destination, Reach} from './destinations.store.ts';
import {categoryWords, egressWords, transferWords} from './documents/terms.ts';
import {getRegion, isInside} from './regions.ts';
import type {Wide} from './widenings.store.ts';

const day = 86_400_000;
export const longestException = 90;

const others = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
/** Letters of two alphabets in one label are how a name is made to look like another one. */
const looksLikeAnother = (host: string): boolean =>
  domainToUnicode(host)
    .split('.')
    .some(label => others.test(label) && /[a-z]/i.test(label));

/** One spelling for each host: what is declared, shown, compared and dialled is the same. */
export const checkedHost = (host: string, canonical: (host: string) => string | null): string => {
  const found = canonical(host);
  if (found === null)
    throw new AppError(
      'invalid',
      'privacy.bad_host',
      `"${host.slice(0, 100)}" is no host alone. Write a name like crm.example.com, or an address, without user, port, path or zone.`,
    );
  if (looksLikeAnother(found))
    throw new AppError(
      'invalid',
      'privacy.lookalike_host',
      `"${host.slice(0, 100)}" (${found}) mixes the letters of two alphabets, as names do that are meant to be taken for another. Compare it letter by letter, and write it anew.`,
    );
  return found;
};

/** Throws where the exception has no reason, no end, or one further away than anybody may allow. */
export const checkException = ({reason, until, basis}: ExceptionTerms, now: Date): ExceptionTerms => {
  const end = new Date(until);
  const left = end.getTime() - now.getTime();
  if (!(left > 0) || left > longestException * day)
    throw new AppError(
      'invalid',
      'privacy.exception_end',
      `An exception ends within ${longestException} days from now. Choose a day before ${new Date(now.getTime() + longestException * day).toISOString().slice(0, 10)}.`,
      {details: {fields: [{path: 'exception.until', message: 'Choose a nearer day.'}]}},
    );
  return {reason: reason.trim(), until: end.toISOString(), basis};
};

export const outside = (host: string, declared: string, chosen: string): AppError =>
  new AppError(
    'forbidden',
    'privacy.outside_region',
    `${host} is declared to be in ${getRegion(declared).label}, and this appliance keeps data in ${getRegion(chosen).label}. It can only be allowed by an exception, with a reason and an end at most ${longestException} days ahead.`,
  );

const listed = (categories: readonly string[]): string => {
  const words = knownCategories
    .filter(one => categories.includes(one))
    .map((one: Category) => `${one} ${categoryWords[one]}`);
  return words.length === 0 ? 'nothing that is personal' : words.join(', ');
};

/** What a person signs: shown before, kept in the audit log with their id and the time. */
export const declarationOf = (one: Wide, chosen: string): string => {
  const stands = `${one.host}:${one.port} stands in ${getRegion(one.region).label}${one.private ? ', inside our own network' : ''}`;
  const purpose = egressWords[one.purpose as EgressPurpose] ?? one.purpose;
  const allows = `I declare that ${stands}, and allow the appliance to send ${listed(one.categories)} there, for this purpose: ${purpose}.`;
  const clear = one.plain ? ' It is reached without TLS.' : '';
  const {exception} = one;
  if (exception === null) return `${allows}${clear}`;
  return `${allows}${clear} It lies outside ${getRegion(chosen).label}: I ask for an exception until ${exception.until.slice(0, 16).replace('T', ' ')} UTC, on the basis of ${transferWords[exception.basis]}, because: ${exception.reason}`;
};

/** Does nothing reach further than before? Then nobody else has to agree. */
export const isNoWider = (before: Destination, after: Reach): boolean =>
  before.state === 'in_force' &&
  before.host === after.host &&
  before.port === after.port &&
  before.purpose === after.purpose &&
  before.private === after.private &&
  (before.plain || !after.plain) &&
  isInside(after.region, before.region) &&
  after.categories.every(one => before.categories.includes(one));

export const reachOf = ({host, port, region, purpose, categories, private: own, plain}: Reach): Reach => ({
  host,
  port,
  region,
  purpose,
  categories,
  private: own,
  plain,
});
