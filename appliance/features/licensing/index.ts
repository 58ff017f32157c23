export {createLicensing, type Licensing, type LicensingDeps} from './licensing.service.ts';
export type {Blocker} from './licensing.schema.ts';
export {licensingTables} from './privacy.ts';
export {licensingControls} from './controls.ts';
