import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection/connection-settings.ts';

/** Adds the options that every command with a server takes. */
export function withConnection(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'server, as cairn://host:port, encrypted as cairns://host:port (or CAIRN_URL; default cairn://127.0.0.1:6745)',
    )
    .option('--socket <path>', 'Unix socket of the server, instead of host and port (or CAIRN_SOCKET)')
    .option('--tls-ca <file>', "authority of the server's certificate, PEM (or CAIRN_TLS_CA); encrypts the connection")
    .option('--tls-cert <file>', 'certificate of this client, PEM, for servers that ask for one')
    .option('--tls-key <file>', 'its key, PEM')
    .option('-u, --user <name>', 'user (or CAIRN_USER; default admin)')
    .option('--password <password>', 'password (or CAIRN_PASSWORD; asked for on a terminal)');
}

export type WithConnection<Options> = Options & ConnectionOptions;
