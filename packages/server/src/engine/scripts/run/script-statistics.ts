import type { ValueObject } from '@cairn/protocol/internal';

/** Counters of all databases together since the start of the server. */
export class ScriptStatistics {
  activeScripts = 0;
  activeSockets = 0;
  scriptsExecuted = 0;
  socketsOpened = 0;

  show(): ValueObject {
    return {
      active_scripts: this.activeScripts,
      active_ws: this.activeSockets,
      total_scripts_executed: this.scriptsExecuted,
      total_ws_connections: this.socketsOpened,
    };
  }
}
