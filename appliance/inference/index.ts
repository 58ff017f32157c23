export {createInference, type Inference, type InferenceOptions, type InferenceStatus} from './inference.ts';
export {bundledModelPath, type CatalogueEntry, inspectModel, readCatalogue} from './model-file.ts';
export type {InferenceState} from './supervisor.ts';
