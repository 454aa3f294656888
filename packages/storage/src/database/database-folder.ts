/** What stands in the folder of a database: docs/formats/database-folder.md. */
export const ENVIRONMENT_FILE = 'data.mdb';
export const LOG_FOLDER = 'log';
