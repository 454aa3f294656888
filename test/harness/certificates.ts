import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Certificates are good from a day ago, whatever small steps the clock makes. */
const DAY_MS = 24 * 3_600_000;

type Keys = Awaited<ReturnType<typeof newKeys>>;

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority for tests, which signs certificates of servers and clients. */
export class TestAuthority {
  /** Its own certificate, as PEM. */
  readonly ca: string;
  readonly #name: string;
  readonly #keys: Keys;
  #serial = 1;

  private constructor(name: string, keys: Keys, ca: string) {
    this.#name = name;
    this.#keys = keys;
    this.ca = ca;
  }

  static async create(name = 'Test Authority'): Promise<TestAuthority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned(
      {
        serialNumber: '01',
        name: `CN=${name}`,
        ...validity(),
        keys,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new BasicConstraintsExtension(true, 1, true),
          new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        ],
      },
      webcrypto as never,
    );
    return new TestAuthority(name, keys, certificate.toString('pem'));
  }

  /** A certificate for `localhost` and 127.0.0.1. */
  async issue(commonName: string): Promise<Certificate> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.create(
      {
        serialNumber: (++this.#serial).toString(16).padStart(2, '0'),
        subject: `CN=${commonName}`,
        issuer: `CN=${this.#name}`,
        ...validity(),
        publicKey: keys.publicKey,
        signingKey: this.#keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new SubjectAlternativeNameExtension([
            { type: 'dns', value: 'localhost' },
            { type: 'ip', value: '127.0.0.1' },
          ]),
        ],
      },
      webcrypto as never,
    );
    return { cert: certificate.toString('pem'), key: await pemOf(keys) };
  }
}

/** Puts PEM texts into a folder as `<name>.pem`; answers their paths. */
export function writePem<Name extends string>(folder: string, texts: Record<Name, string>): Record<Name, string> {
  const paths = {} as Record<Name, string>;
  for (const name of Object.keys(texts) as Name[]) {
    paths[name] = join(folder, `${name}.pem`);
    writeFileSync(paths[name], texts[name]);
  }
  return paths;
}

function newKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity() {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
}

async function pemOf(keys: Keys): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}
