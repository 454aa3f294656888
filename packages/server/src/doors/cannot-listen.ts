import { CairnError } from '@cairn/protocol/internal';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not',
  ENOTFOUND: 'there is no such host',
};

/** Why a start cannot have the address or the path that it is to listen on, as an error for people. */
export function cannotListen(where: string, cause: Error): CairnError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code];
  const text = reason === undefined ? cause.message : `${reason} (${code})`;
  return new CairnError('invalid_argument', `cannot listen on ${where}: ${text}`, { details: { where }, cause });
}
