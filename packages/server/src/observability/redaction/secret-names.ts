/** What stands in the place of a secret. */
export const SECRET_TEXT = '[secret]';

/** Names of members that hold secrets, without case, underscores and dashes; a name that contains one of these is meant too. */
const SECRET_PARTS = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'apikey',
  'authorization',
  'cookie',
  'credential',
  'privatekey',
];
/** Meant as a whole word: `keys`, `keyId` and `monkey` are no secrets. */
const SECRET_WORDS: ReadonlySet<string> = new Set(['pwd', 'pass', 'auth', 'pin', 'salt', 'signature']);
/** Names that contain such a part and tell nothing. */
const HARMLESS: ReadonlySet<string> = new Set(['tokenlifetimems', 'tokens', 'maxtokens']);

/** Whether what stands under this name must not be shown. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[_\-\s]/g, '');
  if (HARMLESS.has(plain)) return false;
  return SECRET_WORDS.has(plain) || SECRET_PARTS.some((part) => plain.includes(part));
}
