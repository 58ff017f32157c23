export {insightTables} from './privacy.ts';
export {usageRetention} from './retention.ts';
export {createUsage, type Usage} from './usage.service.ts';
export {createUsageSettings} from './usage.settings.ts';
export {createMeters, type Meters} from './usage.meter.ts';
export {usageRoutes} from './usage.routes.ts';
export {insightControls} from './controls.ts';
