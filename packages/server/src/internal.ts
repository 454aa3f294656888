/** The door for sister packages. */
export * from './index.ts';
export { checkFolder, type FolderCheck } from './engine/check-folder.ts';
export { openLog } from './observability/log.ts';
export { Runner } from './runner/runner.ts';
export { Session } from './runner/session.ts';
