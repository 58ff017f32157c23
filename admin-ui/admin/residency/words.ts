import type {listDestinations} from '../../../appliance/features/privacy/residency.schema.ts';
import type {Answer} from '../../shared/api.ts';

export const path = '/api/admin/destinations';
export type Residency = Answer<typeof listDestinations>;
export type Destination = Residency['destinations'][number];
export type Widening = Residency['waiting'][number];
