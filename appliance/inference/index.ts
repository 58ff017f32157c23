export {createInference, type Inference, type InferenceOptions, type InferenceStatus} from './inference.ts';
export {bundledModelPath, type CatalogueEntry, inspectModel, readCatalogue} from './model-file.ts';
export type {InferenceState} from './supervisor.ts';
export {benchModel} from './bench.ts';
export {judgeModel} from './judge.ts';
export {type Candidate, createSwitchable, type Served} from './switchable.ts';
