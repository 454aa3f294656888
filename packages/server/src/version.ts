/** What `auth` and `/health` say about the server. */
export const SERVER_VERSION = '0.1.0';
