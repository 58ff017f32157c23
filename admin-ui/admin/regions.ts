import type {setupState} from '../../appliance/features/operations/setup.schema.ts';
import type {Answer} from '../shared/api.ts';
import {useGet} from '../shared/query.ts';
import {useSession} from '../shared/session.tsx';

/** The regions this version knows; the appliance's own is always among them. */
export const useRegions = (): {code: string; label: string}[] => {
  const own = useSession().session.appliance.region;
  const {data} = useGet<Answer<typeof setupState>>('/api/setup');
  const known = data?.regions ?? [];
  return own && !known.some(({code}) => code === own.code) ? [own, ...known] : known;
};
export const useRegionLabel = () => {
  const regions = useRegions();
  return (code: string) => regions.find(region => region.code === code)?.label ?? code;
};

/** `eu-at` lies inside `eu`; the appliance decides by the same rule. */
export const isInsideRegion = (code: string, chosen: string) =>
  code === chosen || code.startsWith(`${chosen}-`);
