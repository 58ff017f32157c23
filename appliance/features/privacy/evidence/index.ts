export {createEvidence, type EvidenceService} from './evidence.service.ts';
export {evidenceRoutes} from './evidence.routes.ts';
export {createPack} from './pack.ts';
export {productPromises} from './promises.ts';
