import type {Locale} from '../../../kit/schema.ts';
import type {RetentionClass} from '../../../storage/index.ts';
import type {RetentionCategory, RetentionDays} from '../retention/index.ts';
import {isoRegion} from '../country.ts';
import {receives, type Recipient, type Running} from '../running.ts';
import {authorityOf, europeanAuthorities} from './authorities.ts';
import {type Block, type Document, fillIn, type Section, type Translations} from './document.ts';
import {type Item, itemsOf, visitorColumns} from './items.ts';
import {noticeTexts} from './texts/texts.ts';

const locales = Object.keys(noticeTexts) as Locale[];
const laws: Record<'gdpr' | 'uk', Record<Locale, string>> = {
  gdpr: {en: 'GDPR', de: 'DSGVO', fr: 'du RGPD', es: 'del RGPD'},
  uk: {en: 'UK GDPR', de: 'UK-DSGVO', fr: 'du RGPD britannique', es: 'del RGPD británico'},
};
const europe = (region: string) => region === 'eu' || region.startsWith('eu-');

export const placeName = (region: string, language: Locale): string =>
  new Intl.DisplayNames([language], {type: 'region'}).of(isoRegion(region)) ?? region;

const dayIn = (language: Locale, at: string): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(new Date(at));

/** GDPR Art. 13, said to visitors: of what really runs, and of nothing else. */
export const noticeIn = (running: Running, language: Locale): Document => {
  const t = noticeTexts[language];
  const {company, contact, region, retention, usage} = running;
  const values = {
    company,
    law: laws[region === 'uk' ? 'uk' : 'gdpr'][language],
    region: placeName(region, language),
  };
  const say = (text: string, more: Record<string, string | number> = {}): string =>
    fillIn(text, {...values, ...more});
  const p = (text: string, more: Record<string, string | number> = {}): Block => ({p: say(text, more)});
  const when = (condition: boolean, ...blocks: Block[]): Block[] => (condition ? blocks : []);

  const columns = visitorColumns(running.tables);
  const named = (list: Item[]): string => list.map(item => t.itemNames[item]).join(', ');
  const receivedBy = (recipient: Recipient) =>
    itemsOf(columns.filter(({column}) => receives(recipient, column)));
  const recipients = running.recipients.filter(one => receivedBy(one).length > 0);
  const toCrm = recipients.some(({purpose}) => purpose === 'crm_sync');

  // each right is a duty of its own, with its article
  const purposes = running.purposes.filter(purpose => purpose !== 'privacy_rights');
  const purposeRows = purposes.flatMap(purpose => {
    const allowing = columns.filter(({column}) => column.purposes.includes(purpose));
    const bases = [...new Set(allowing.map(({column}) => column.basis))];
    return bases.map(basis => [
      t.purposeWords[purpose as keyof typeof t.purposeWords],
      named(itemsOf(allowing.filter(({column}) => column.basis === basis))),
      say(t.bases[basis]),
    ]);
  });

  /** Of each website that keeps it for another time, too; and what a law demands beside it. */
  const keptFor = (retentionClass: RetentionClass): string => {
    const of = (days: Partial<RetentionDays>) => days[retentionClass as RetentionCategory];
    const general = say(t.kept[retentionClass], {days: of(retention.days) ?? ''});
    const own = retention.sites.flatMap(site => {
      const days = of(site.days);
      return days === undefined ? [] : [say(t.keptOnSite, {site: site.name, days})];
    });
    const least = retention.minimums
      .filter(({category}) => category === retentionClass)
      .map(({days, law}) => say(t.keptAtLeast, {days, demand: law}));
    return [general, ...own, ...least].join('; ');
  };
  const classes = [...new Set(columns.map(({column}) => column.retention))];
  const retentionRows = classes.map(one => [
    named(itemsOf(columns.filter(({column}) => column.retention === one))),
    keptFor(one),
  ]);

  const recipientLine = (one: Recipient): string =>
    say(one.ownNetwork ? t.recipientOwn : t.recipient, {
      kind: t.recipientKinds[one.purpose],
      // a host of the own network is nobody's business outside
      ...(one.ownNetwork ? {} : {name: one.host}),
      region: placeName(one.region, language),
      items: named(receivedBy(one)),
    });
  const outside = recipients.filter(({inside}) => !inside);
  const outsideName = ({host, region: place, exception}: Recipient): string =>
    exception
      ? `${host} (${placeName(place, language)}: ${t.transferBases[exception.basis]}, ${t.until} ${dayIn(language, exception.until)})`
      : `${host} (${placeName(place, language)})`;
  const authority = authorityOf(region);

  const section = (id: string, title: string, ...blocks: Block[]): Section => ({id, title, blocks});
  return {
    language,
    title: say(t.title),
    sections: [
      section(
        'controller',
        t.controller,
        p(t.controllerText),
        ...when(!europe(region) && region !== 'uk', p(t.otherLaw)),
        ...when(contact.postalAddress !== '', p(t.postalAddress, {address: contact.postalAddress})),
        contact.name === '' ? p(t.contact) : p(t.contactName, {name: contact.name}),
        {link: contact.email, href: `mailto:${contact.email}`},
        ...when(contact.officer !== '', p(t.officer, {officer: contact.officer})),
      ),
      section('ai', t.ai, p(t.aiText), p(running.model.place === 'server' ? t.aiServer : t.aiHere)),
      section(
        'data',
        t.data,
        p(t.dataIntro),
        {
          list: itemsOf(columns).map(item =>
            item === 'address' && usage.fullAddress !== null ? t.addressWhole : t.items[item],
          ),
        },
        p(t.dataMore),
        p(t.dataBrowser),
        p(t.dataSource),
        p(t.dataSensitive),
      ),
      section(
        'usage',
        t.usage,
        ...when(usage.measured.length === 0, p(t.usageNone)),
        ...when(
          usage.measured.length > 0,
          ...when(usage.modes.includes('ask'), p(t.usageAsk)),
          ...when(usage.modes.includes('inform'), p(t.usageInform)),
          p(t.usageHow),
        ),
        ...when(
          usage.measured.includes('address') && usage.fullAddress !== null,
          p(t.usageWhole, {reason: usage.fullAddress ?? ''}),
        ),
        ...when(
          usage.off.length > 0,
          p(t.usageOff, {items: usage.off.map(one => t.itemNames[one]).join(', ')}),
        ),
      ),
      section('purposes', t.purposes, {table: {head: t.purposesHead, rows: purposeRows}}),
      section(
        'recipients',
        t.recipients,
        p(t.recipientsStaff),
        recipients.length === 0 ? p(t.recipientsNone) : p(t.recipientsIntro),
        ...when(recipients.length > 0, {list: recipients.map(recipientLine)}),
        p(t.recipientsNever),
      ),
      section(
        'place',
        t.place,
        p(t.placeText),
        outside.length === 0
          ? p(t.placeInside)
          : p(t.placeOutside, {
              names: outside.map(outsideName).join(', '),
            }),
      ),
      section(
        'retention',
        t.retention,
        {table: {head: t.retentionHead, rows: retentionRows}},
        p(t.retentionRun),
        ...when(recipients.length > 0, p(t.retentionElsewhere)),
      ),
      section(
        'qualification',
        t.qualification,
        p(t.qualificationHow),
        p(t.qualificationThen),
        ...when(toCrm, p(t.qualificationCrm)),
        p(t.qualificationRights),
      ),
      section(
        'rights',
        t.rights,
        p(t.rightsIntro),
        {list: t.rightsList.map(right => say(right))},
        p(t.rightsHow),
      ),
      section(
        'complaint',
        t.complaint,
        p(t.complaintText),
        ...(authority ? [{link: say(t.authority, {name: authority.name}), href: authority.href}] : []),
        ...when(europe(region), {link: t.authorities, href: europeanAuthorities}),
      ),
      section('duty', t.duty, p(t.dutyText)),
      section('changes', t.changes, p(t.changesText)),
    ],
  };
};

export const renderNotice = (running: Running): Translations =>
  Object.fromEntries(locales.map(language => [language, noticeIn(running, language)]));
