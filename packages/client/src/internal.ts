/** The door for sister packages: what users see, and single connections. */
export { type Address, Connection } from './connection/connection.ts';
export * from './index.ts';
