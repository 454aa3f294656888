import type { Value } from '@cairn/protocol/internal';
import type { Plan } from '@cairn/query/internal';
import type { Database, ReadView, Transaction } from '@cairn/storage/internal';
import type { RequestTrace } from '../../observability/tracing/request-trace.ts';
import type { QueryPermission } from '../../security/rights/query-permission.ts';
import type { RuleSubject } from '../../security/rights/rules/rule-subject.ts';
import type { Cancellation } from './cancellation.ts';
import type { BatchRequest } from './running-query.ts';

/** A query as somebody asks it. */
export interface QueryRequest {
  readonly text: string;
  /** What the text is written in; the query language when absent. */
  readonly language?: 'sdbql' | 'sql';
  readonly binds: ReadonlyMap<string, Value>;
  readonly database: Database;
  /** Whose name the change log gives what the query writes. */
  readonly user: string;
  /** How many triggers stand behind it. */
  readonly depth?: number;
  /** The client's transaction, if the query runs inside one. */
  readonly transaction?: Transaction;
  /** Rows of the first batch when the rest is to be fetched by a cursor. */
  readonly batchRows?: number;
  /** Bytes of rows after which such a first batch ends. */
  readonly batchBytes: number;
  /** Bytes of rows that fit a reply: the most that there may be when all come at once, as those of writing queries do. */
  readonly bytesMax: number;
  /** On the host's monotonic clock. */
  readonly deadlineMs: number;
  readonly cancellation: Cancellation;
  /** Refuses what the user may not do. */
  readonly permission: QueryPermission;
  /** Whom the rules of collections bind. */
  readonly subject: RuleSubject;
  /** Told what the text is in the query language, before it runs. */
  readonly onTranslated?: (sdbql: string) => void;
  /** Takes the parts of the request, when it is traced. */
  readonly trace?: RequestTrace;
  /** Told how it is answered, before it runs. */
  readonly onPlanned?: (plan: Plan) => void;
  /** The earlier states that the text reads, once they are open. */
  readonly pasts?: readonly ReadView[];
  /** Rewrites of the optimiser that are switched off. */
  readonly disabledRewrites?: readonly string[];
}

/** The first batch that the request wants: all rows, unless a cursor is to fetch the rest. */
export function wantedBatch(request: QueryRequest): BatchRequest {
  const isWhole = request.batchRows === undefined;
  return {
    rowsMax: request.batchRows ?? Number.MAX_SAFE_INTEGER,
    bytesMax: isWhole ? request.bytesMax : request.batchBytes,
    whenFull: isWhole ? 'refuse' : 'stop',
    deadlineMs: request.deadlineMs,
    cancellation: request.cancellation,
  };
}
