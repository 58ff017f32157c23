export {routingTables} from './privacy.ts';
export {createRouting, type Routing} from './routing.service.ts';
export {routingRoutes} from './routing.routes.ts';
