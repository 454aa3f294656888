import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { NativeError } from '../native-function.ts';

const KEY_BYTES = 32;

/** What stands before the 32 bytes of a key in DER (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

/** X25519 (RFC 7748): the public key of a secret one, or with a peer's public key the secret that both share. */
export function curve25519(secret: Uint8Array, peer: Uint8Array): Uint8Array {
  if (secret.length !== KEY_BYTES) throw new NativeError('Secret key must be exactly 32 bytes');
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, secret]), format: 'der', type: 'pkcs8' });
  if (peer.length === 0) {
    return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length);
  }
  if (peer.length !== KEY_BYTES) throw new NativeError('Peer public key must be exactly 32 bytes');
  const publicKey = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, peer]), format: 'der', type: 'spki' });
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    throw new NativeError('Peer public key is of low order');
  }
}
