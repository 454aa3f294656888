import { CairnError } from '@cairn/protocol/internal';
import { NAME_BYTES_MAX } from '../../limits.ts';

/** Begins the names under which API keys act; no user may be called so. */
export const API_KEY_PREFIX = 'api-key:';

/** @throws CairnError `invalid_argument` for a name that no user, role or key may have */
export function checkName(what: string, name: string): void {
  if (name.startsWith(API_KEY_PREFIX)) {
    throw new CairnError('invalid_argument', `the name of a ${what} must not begin with '${API_KEY_PREFIX}'`);
  }
  if (name !== '' && Buffer.byteLength(name) <= NAME_BYTES_MAX) return;
  throw new CairnError('invalid_argument', `the name of a ${what} has 1 to ${NAME_BYTES_MAX} bytes`);
}
