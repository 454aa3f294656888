import { command } from '../../runner/command.ts';

export const getApiKey = command('get_api_key', ({ key_id }, { engine }) => ({
  status: 'ok',
  data: engine.security.apiKeys.show(key_id),
}));
