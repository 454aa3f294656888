import { auditedLogin } from '../../observability/audit/audited-login.ts';
import { command } from '../../runner/command.ts';
import { SERVER_VERSION } from '../../version.ts';

export const auth = command('auth', async (fields, { engine, session }) => {
  const { security } = engine;
  engine.database(fields.database);
  const user = await auditedLogin(fields, { engine, session }, logIn);
  session.authenticate(user, fields.database);
  return {
    status: 'ok',
    data: {
      user,
      roles: security.rolesOf(user),
      databases: session.rights.databases ?? null,
      token: await security.issueToken(user),
      server_version: SERVER_VERSION,
    },
  };

  function logIn(): Promise<string> {
    if (fields.token !== undefined && fields.token !== '') return security.redeemToken(fields.token);
    if (fields.api_key !== undefined && fields.api_key !== '') {
      return Promise.resolve(security.apiKeys.redeem(fields.api_key));
    }
    return security.logIn(fields.username, fields.password, session.address);
  }
});
