import { command } from '../../runner/command.ts';

export const ping = command('ping', (_fields, { engine }) => ({ status: 'pong', timestamp: engine.host.nowMs() }));
