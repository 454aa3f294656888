import { command } from '../../runner/command.ts';

export const listApiKeys = command('list_api_keys', (_fields, { engine }) => ({
  status: 'ok',
  data: engine.security.apiKeys.list(),
}));
