import { CairnError, type ValueObject } from '@cairn/protocol/internal';
import type { Engine } from '../../engine/engine.ts';
import { AUDIT_TEXT_MAX, AUDITED_LOGINS_A_MINUTE } from '../../limits.ts';
import type { Session } from '../../runner/session.ts';
import type { AuditDraft } from './audit-entry.ts';

interface Credentials {
  readonly username: string;
  readonly api_key?: string;
  readonly token?: string;
}

/** Where somebody knocks. */
interface Knock {
  readonly engine: Engine;
  readonly session: Session;
}

/** Lets somebody in by `logIn`, and writes down that he came or was turned away as the settings want it. */
export async function auditedLogin(
  credentials: Credentials,
  knock: Knock,
  logIn: () => Promise<string>,
): Promise<string> {
  const { audit, changeable } = knock.engine;
  try {
    const user = await logIn();
    if (changeable.values.auditLogins === 'all') {
      await audit.append(draftOf(knock, user, { by: kindOf(credentials) }), { outcome: 'done' });
    }
    return user;
  } catch (error) {
    noteFailedLogin(error, credentials, knock);
    throw error;
  }
}

/**
 * Writes down that somebody was turned away, if the settings want it. Failures are held to a number a minute, because strangers make them:
 * those beyond are counted in the next entry.
 */
export function noteFailedLogin(error: unknown, credentials: Credentials, knock: Knock): void {
  const { audit, changeable, security } = knock.engine;
  if (changeable.values.auditLogins === 'none') return;
  if (!(error instanceof CairnError) || error.code !== 'unauthenticated') return;
  const unnoted = audit.admitFailedLogin(AUDITED_LOGINS_A_MINUTE);
  if (unnoted === undefined) return;
  const details: ValueObject = { by: kindOf(credentials) };
  const name = credentials.username.slice(0, AUDIT_TEXT_MAX).toWellFormed();
  // A name that nobody has may be a password in the wrong place.
  if (security.credentialOf(name) !== undefined) details.username = name;
  else if (name !== '') details.unknown_user = true;
  if (unnoted > 0) details.unnoted = unnoted;
  // Who is turned away waits for nothing more, and learns nothing of the disk.
  void audit.append(draftOf(knock, null, details), { outcome: 'refused', code: error.code }).catch(() => {});
}

function draftOf({ session }: Knock, user: string | null, details: ValueObject): AuditDraft {
  return { action: 'auth', user, address: session.address, door: session.door, database: null, details };
}

function kindOf({ api_key, token }: Credentials): string {
  if (token !== undefined && token !== '') return 'token';
  return api_key !== undefined && api_key !== '' ? 'api_key' : 'password';
}
