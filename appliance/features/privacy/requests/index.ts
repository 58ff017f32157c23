export {createRequests, type Requests} from './requests.service.ts';
export type {Kept, RequestDeps} from './requests.deps.ts';
export {requestRoutes} from './requests.routes.ts';
export {visitorRequestRoutes} from './visitor.routes.ts';
export {requestControls} from './controls.ts';
