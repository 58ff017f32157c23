export {siteTables} from './privacy.ts';
export {createSites, type Sites} from './sites.service.ts';
export {framePolicy, renderDemo, renderFrame, type WidgetManifest} from './widget-frame.ts';
