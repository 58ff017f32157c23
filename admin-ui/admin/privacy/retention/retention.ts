import {keepPreviousData, useQuery} from '@tanstack/react-query';
import type {
  dryRun,
  getRetention,
  listHolds,
  putRetention,
} from '../../../../appliance/features/privacy/retention.schema.ts';
import {type Answer, type Body, request} from '../../../shared/api.ts';
import {type RetentionCategory, retentionCategories} from '../../../shared/retention-words.ts';

export type Retention = Answer<typeof getRetention>;
export type DryRun = Answer<typeof dryRun>;
export type Hold = Answer<typeof listHolds>['holds'][number];
export type Periods = Required<Body<typeof putRetention>>;

export const path = '/api/admin/retention';
export const holdsPath = '/api/admin/holds';
const dryRunPath = `${path}/dry-run`;

/** What a run would remove now: by the periods in force, or by those that were typed. */
export const useDryRun = (periods: Periods | undefined) =>
  useQuery<DryRun>({
    queryKey: [dryRunPath, JSON.stringify(periods ?? null)],
    queryFn: ({signal}) => request<DryRun>('POST', dryRunPath, periods ? {periods} : {}, {signal}),
    ...(periods ? {} : {placeholderData: keepPreviousData}),
  });

export const countOf = (
  {counts}: DryRun,
  of: {category?: RetentionCategory; siteName?: string | undefined} = {},
): number =>
  counts
    .filter(one => of.category === undefined || one.category === of.category)
    .filter(one => of.siteName === undefined || one.siteName === of.siteName)
    .reduce((sum, {count}) => sum + count, 0);

/** What was typed, field by field: `''` is the organisation, then each website by its id. */
export type Draft = Record<string, Partial<Record<RetentionCategory, number | string>>>;
export const organisation = '';
/** Letters are to people who work here: no website has a period for them. */
export const categoriesOf = (place: string) =>
  retentionCategories.filter(({key}) => place === organisation || key !== 'mail');

export const inForce = (data: Retention, place: string, key: RetentionCategory): number | undefined =>
  place === organisation ? data.days[key] : data.sites.find(({siteId}) => siteId === place)?.days[key];

/** Empty on a website: as the organisation has it. */
export const valueOf = (data: Retention, draft: Draft, place: string, key: RetentionCategory) =>
  draft[place]?.[key] ?? inForce(data, place, key) ?? '';

export type Change = {
  place: string;
  key: RetentionCategory;
  from: number | undefined;
  to: number | undefined;
};

export const changesOf = (data: Retention, draft: Draft): Change[] =>
  Object.keys(draft).flatMap(place =>
    categoriesOf(place).flatMap(({key}) => {
      const from = inForce(data, place, key);
      const value = valueOf(data, draft, place, key);
      const to = value === '' ? undefined : Number(value);
      return from === to ? [] : [{place, key, from, to}];
    }),
  );

export const periodsOf = (data: Retention, draft: Draft): Periods => {
  const days = (place: string) =>
    Object.fromEntries(
      categoriesOf(place).flatMap(({key}) => {
        const value = valueOf(data, draft, place, key);
        return value === '' ? [] : [[key, Number(value)]];
      }),
    );
  return {
    days: days(organisation) as Periods['days'],
    sites: data.sites
      .map(({siteId}) => ({siteId, days: days(siteId)}))
      .filter(site => Object.keys(site.days).length > 0),
  };
};

/** Whether something is deleted earlier by it. */
export const isShorter = (data: Retention, {key, from, to}: Change): boolean =>
  (to ?? data.days[key]) < (from ?? data.days[key]);

export const siteNameOf = (data: Retention, place: string): string =>
  place === organisation
    ? 'the organisation'
    : (data.sites.find(({siteId}) => siteId === place)?.siteName ?? 'a website');

const daysWord = (days: number | undefined) => (days === undefined ? 'as the organisation' : `${days} days`);
export const changeWords = (data: Retention, {place, key, from, to}: Change): string => {
  const label = retentionCategories.find(one => one.key === key)?.label ?? key;
  const where = place === organisation ? '' : ` on ${siteNameOf(data, place)}`;
  return `${label}${where}: ${daysWord(from)} to ${daysWord(to)}`;
};
