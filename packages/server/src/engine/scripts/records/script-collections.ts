/** Collections in which a database keeps what belongs to its scripts. Their records are for the database's administrators. */
export const SCRIPTS = '_scripts';
export const SERVICES = '_services';
export const ENVIRONMENT = '_env';
export const SCRIPT_LOGS = '_logs';
export const SESSIONS = '_sessions';
export const FILES = '_files';
export const FILE_CHUNKS = '_file_chunks';
