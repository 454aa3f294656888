export { HOST_CALLS, type HostCallDefinition, type HostCallName } from './api/host-call-names.ts';
export { HostCallError } from './host/child/engine.ts';
export * from './index.ts';
