/** The door for sister packages: what users see, and single connections. */
export { Connection } from './connection/connection.ts';
export type { Address } from './connection/open-socket.ts';
export * from './index.ts';
