import { command } from '../../runner/command.ts';

/** Numbers below this are seconds: as milliseconds they would all lie in January 1970. */
const SECONDS_MAX = 1e11;

export const createApiKey = command('create_api_key', async (fields, { engine, session }) => {
  const { name, roles, permissions, databases } = fields;
  const expiresAtMs = momentOf(fields.expires_at);
  const request = { name, roles, permissions, databases, expiresAtMs };
  return { status: 'ok', data: await engine.security.apiKeys.create(request, session.user) };
});

function momentOf(moment: string | number | undefined): number | undefined {
  if (typeof moment === 'number') return moment < SECONDS_MAX ? moment * 1000 : moment;
  return moment === undefined ? undefined : Date.parse(moment);
}
