export {crmTables} from './privacy.ts';
export {createLeads, type Leads} from './leads.service.ts';
export {createConnectors, type Connectors} from './connectors.service.ts';
export {createDeliveries, type Deliveries} from './deliveries.service.ts';
export {createCrmErasures, type CrmErasures} from './erasures.service.ts';
export {crmRoutes} from './crm.routes.ts';
export {crmControls} from './controls.ts';
export {findLead, leadRetention} from './retention.ts';
