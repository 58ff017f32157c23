export {type AddressKind, canonicalHost, classifyAddress} from './address.ts';
export * from './contract.ts';
export {bindEgress, brokerSocket, createEgress, type EgressDeps} from './egress.ts';
export {brokerEntry} from './supervisor.ts';
