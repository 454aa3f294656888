import type { Gauge } from '../../../observability/metrics/gauges.ts';
import type { ScriptStatistics } from './script-statistics.ts';

/** What scripts tell about themselves. */
export function scriptGauges(statistics: ScriptStatistics): readonly Gauge[] {
  return [
    {
      name: 'cairn_script_runs_active',
      help: 'Scripts that run now.',
      kind: 'gauge',
      read: () => statistics.activeScripts,
    },
    {
      name: 'cairn_script_runs_total',
      help: 'Runs of scripts.',
      kind: 'counter',
      read: () => statistics.scriptsExecuted,
    },
    {
      name: 'cairn_script_sockets_active',
      help: 'WebSocket connections of scripts.',
      kind: 'gauge',
      read: () => statistics.activeSockets,
    },
    {
      name: 'cairn_script_sockets_total',
      help: 'WebSocket connections of scripts since the start.',
      kind: 'counter',
      read: () => statistics.socketsOpened,
    },
  ];
}
