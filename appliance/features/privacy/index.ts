export {privacyTables} from './privacy.ts';
export {countryFor, isoRegion} from './country.ts';
export {getRegion, isInside, regions} from './regions.ts';
export {createRetention, type Retention, type RetentionSection} from './retention.service.ts';
export {createDestinations, type Destinations} from './destinations.service.ts';
export {dataMap, privacyRoutes} from './privacy.routes.ts';
