import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { CairnError } from '@cairn/protocol/internal';
import { TLS_FILES_CHECK_MS } from '../../limits.ts';
import type { Logger } from '../../observability/log.ts';
import type { Settings } from '../../settings.ts';

/** Where the server's certificate lies, its key, and the authority whose clients alone may come in. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** The certificates that the settings name; undefined when there is to be no TLS. @throws CairnError `invalid_argument` */
export function openCertificates(settings: Settings, log: Logger): Certificates | undefined {
  const { tlsCert: cert, tlsKey: key, tlsClientCa: clientCa, tlsRequired } = settings;
  if (cert !== undefined && key !== undefined) return new Certificates({ cert, key, clientCa }, log);
  if (cert === undefined && key === undefined && clientCa === undefined && !tlsRequired) return undefined;
  throw new CairnError('invalid_argument', 'TLS wants both a certificate and its key: --tls-cert and --tls-key');
}

/** The server's certificates: read at the start, and again whenever a file changes or somebody asks. */
export class Certificates {
  readonly #files: CertificateFiles;
  readonly #log: Logger;
  readonly #onChange: ((options: SecureContextOptions) => void)[] = [];
  #options: SecureContextOptions;

  /** @throws CairnError `invalid_argument` when a file cannot be read, or certificate and key do not belong together */
  constructor(files: CertificateFiles, log: Logger) {
    this.#files = files;
    this.#log = log;
    this.#options = read(files);
    // Asked for, not notified of: what is mounted into a container changes by a link that no watcher of the file sees.
    for (const path of this.#paths())
      watchFile(path, { interval: TLS_FILES_CHECK_MS, persistent: false }, this.#changed);
  }

  get options(): SecureContextOptions {
    return this.#options;
  }

  onChange(listener: (options: SecureContextOptions) => void): void {
    this.#onChange.push(listener);
  }

  /** Reads the files again. When they cannot be used the ones before stay, and the log says why. */
  reload(): void {
    let options: SecureContextOptions;
    try {
      options = read(this.#files);
    } catch (error) {
      this.#log.error({ err: error }, 'the certificates cannot be used; those before stay');
      return;
    }
    if (sameTexts(options, this.#options)) return;
    this.#options = options;
    for (const listener of this.#onChange) listener(options);
    this.#log.info('certificates reloaded');
  }

  close(): void {
    for (const path of this.#paths()) unwatchFile(path, this.#changed);
  }

  readonly #changed = (): void => this.reload();

  #paths(): string[] {
    const { cert, key, clientCa } = this.#files;
    return clientCa === undefined ? [cert, key] : [cert, key, clientCa];
  }
}

function read({ cert, key, clientCa }: CertificateFiles): SecureContextOptions {
  const options = { cert: text(cert), key: text(key), ...(clientCa !== undefined && { ca: text(clientCa) }) };
  try {
    createSecureContext(options);
  } catch (cause) {
    const message = `certificate ${cert} and key ${key} cannot be used: ${(cause as Error).message}`;
    throw new CairnError('invalid_argument', message, { cause });
  }
  return options;
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CairnError('invalid_argument', `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function sameTexts(one: SecureContextOptions, other: SecureContextOptions): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca;
}
