import type { Reply, Request } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { Host } from '../../../host.ts';
import type { Logger } from '../../../observability/log.ts';
import type { Session } from '../../../runner/session.ts';
import type { Security } from '../../../security/security.ts';
import type { Settings } from '../../../settings.ts';
import type { ImageProcess } from '../images/image-process.ts';
import type { DatabaseScripts } from '../index/database-scripts.ts';
import type { ScriptLogs } from '../logs/script-logs.ts';
import type { DatabaseMemory } from '../memory/database-memory.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { RunHistory } from './run-history.ts';
import type { ScriptSocket } from './script-socket.ts';
import type { ScriptStatistics } from './script-statistics.ts';

/** What the runs of scripts need of the server around them. */
export interface ScriptSurroundings {
  readonly host: Host;
  readonly settings: Settings;
  readonly security: Security;
  readonly records: RecordStore;
  readonly log: Logger | undefined;
  readonly logs: ScriptLogs;
  readonly images: ImageProcess;
  readonly statistics: ScriptStatistics;
  readonly history: RunHistory;
  /** WebSocket connections with the database that each belongs to. */
  readonly sockets: Map<ScriptSocket, string>;
  /** @throws CairnError `not_found` */
  database(name: string): Database;
  /** Undefined when it has been dropped, as it may be while a script runs. */
  findDatabase(name: string): Database | undefined;
  /** The scripts of a database as they are now. @throws CairnError `not_found` */
  scriptsOf(database: string): DatabaseScripts;
  /** What the scripts of a database keep between their runs. @throws CairnError `not_found` */
  memoryOf(database: string): DatabaseMemory;
  /** Runs a command as any door does. Never rejects. */
  run(session: Session, request: Request): Reply | Promise<Reply>;
}
