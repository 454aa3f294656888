/** The door for sister packages. */
export * from './index.ts';
