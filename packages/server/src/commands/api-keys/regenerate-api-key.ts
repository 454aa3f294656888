import { command } from '../../runner/command.ts';

export const regenerateApiKey = command('regenerate_api_key', async ({ key_id }, { engine }) => ({
  status: 'ok',
  data: await engine.security.apiKeys.rotate(key_id),
}));
