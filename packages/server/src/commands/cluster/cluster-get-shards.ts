import { command } from '../../runner/command.ts';

export const clusterGetShards = command('cluster_get_shards', () => ({ status: 'ok', data: [] }));
