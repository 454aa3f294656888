import { auditedLogin } from '../../observability/audit/audited-login.ts';
import { command } from '../../runner/command.ts';
import type { TokenClaims } from '../../security/login/session-tokens.ts';
import { SERVER_VERSION } from '../../version.ts';

/** One of these is among whatever somebody may do in a database. */
const REACHING = ['read', 'execute'] as const;

export const auth = command('auth', async (fields, { engine, session }) => {
  const { security } = engine;
  const { sessions } = security;
  let earlier: TokenClaims | undefined;
  let credential: string | undefined;
  const user = await auditedLogin(fields, { engine, session }, logIn);
  // Who has not shown who he is learns nothing of what there is, and nobody of a database in which he may do nothing.
  const rights = security.rightsOf(user);
  const mayKnow = REACHING.some((action) => rights?.allowsSomewhereIn(fields.database, action));
  if (mayKnow) engine.database(fields.database);
  const { token, claims } =
    earlier === undefined ? await sessions.begin(user, credential ?? '') : await sessions.goOn(earlier);
  // A password lasts as long as the connection; a token lets nobody stay longer than it says itself.
  const endsAtMs = earlier === undefined ? undefined : claims.expiresAtMs;
  session.authenticate(user, fields.database, { ...claims, endsAtMs }, claims.credential);
  return {
    status: 'ok',
    data: {
      user,
      roles: security.rolesOf(user),
      databases: session.rights.databases ?? null,
      token,
      expires_at: new Date(claims.expiresAtMs).toISOString(),
      server_version: SERVER_VERSION,
    },
  };

  async function logIn(): Promise<string> {
    if (fields.token !== undefined && fields.token !== '') {
      earlier = await sessions.redeem(fields.token);
      return earlier.user;
    }
    if (fields.api_key !== undefined && fields.api_key !== '') {
      const name = security.apiKeys.redeem(fields.api_key, fields.database);
      credential = security.credentialOf(name);
      return name;
    }
    // As it is before it is asked for: what is changed while it is looked at was not shown.
    credential = security.credentialOf(fields.username);
    return security.logIn(fields.username, fields.password, session.address);
  }
});
