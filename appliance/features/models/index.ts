export {choiceProblem} from './choice.ts';
export {createModelDoor, modelOrderProof} from './host-order.ts';
export {modelRoutes} from './models.routes.ts';
export {createModels, type Models} from './models.service.ts';
