export {type AddressKind, canonicalHost, classifyAddress, isLoopback} from './address.ts';
export {bindEgress} from './bind.ts';
export * from './contract.ts';
export {brokerSocket, createEgress, type EgressDeps} from './egress.ts';
export {brokerEntry} from './supervisor.ts';
