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

/**
 * Lets somebody in by `logIn`, and writes down that he came or was turned away as the settings want it. Failures are held to a number a
 * minute, because strangers make them: those beyond are counted in the next entry.
 */
export async function auditedLogin(
  credentials: Credentials,
  { engine, session }: { engine: Engine; session: Session },
  logIn: () => Promise<string>,
): Promise<string> {
  const { auditLogins } = engine.changeable.values;
  const draft = (user: string | null, details: ValueObject): AuditDraft => {
    return { action: 'auth', user, address: session.address, door: session.door, database: null, details };
  };
  try {
    const user = await logIn();
    if (auditLogins === 'all') await engine.audit.append(draft(user, { by: kindOf(credentials) }), { outcome: 'done' });
    return user;
  } catch (error) {
    if (auditLogins === 'none' || !(error instanceof CairnError) || error.code !== 'unauthenticated') throw error;
    const unnoted = engine.audit.admitFailedLogin(AUDITED_LOGINS_A_MINUTE);
    if (unnoted !== undefined) {
      const details: ValueObject = { by: kindOf(credentials) };
      const name = credentials.username.slice(0, AUDIT_TEXT_MAX).toWellFormed();
      // A name that nobody has may be a password in the wrong place.
      if (engine.security.credentialOf(name) !== undefined) details.username = name;
      else if (name !== '') details.unknown_user = true;
      if (unnoted > 0) details.unnoted = unnoted;
      // Who is turned away waits for nothing more, and learns nothing of the disk.
      void engine.audit.append(draft(null, details), { outcome: 'refused', code: error.code }).catch(() => {});
    }
    throw error;
  }
}

function kindOf({ api_key, token }: Credentials): string {
  if (token !== undefined && token !== '') return 'token';
  return api_key !== undefined && api_key !== '' ? 'api_key' : 'password';
}
