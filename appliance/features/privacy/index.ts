export {privacyTables} from './privacy.ts';
export {countryFor, isoRegion} from './country.ts';
export {getRegion, isInside, regions} from './regions.ts';
export {createRetention, type Retention, type RetentionSection} from './retention/index.ts';
export {retentionRoutes} from './retention.routes.ts';
export type {Destination} from './destinations.store.ts';
export {createResidency, type Residency} from './residency.ts';
export {residencyRoutes} from './residency.routes.ts';
export type {ResidencyNotice} from './widenings.service.ts';
export {documentRoutes} from './documents.routes.ts';
export {noticePage} from './notice.page.ts';
export {type DestinationUse, type PrivacyContact, recipientsOf, type Running} from './running.ts';
export {createVersions, type Versions} from './versions.service.ts';
export {consentRoutes} from './consent/consent.routes.ts';
export {createConsents, type Consents} from './consent/consent.service.ts';
export {
  createRequests,
  requestControls,
  type Kept,
  requestRoutes,
  type Requests,
  visitorRequestRoutes,
} from './requests/index.ts';
export {privacyControls} from './controls.ts';
export {createEvidence, createPack, evidenceRoutes} from './evidence/index.ts';
