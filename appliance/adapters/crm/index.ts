import type {ConnectorProvider} from './contract.ts';
import {webhook} from './webhook/index.ts';

export * from './contract.ts';

/** Every connector there is. A new one is a folder and a line here. */
export const connectorProviders: readonly ConnectorProvider[] = [webhook];
