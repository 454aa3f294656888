import type { CairnError, ErrorCode, Value } from '@cairn/protocol/internal';

/** The status of an error, and the kind under which clients of this interface know it. */
interface ErrorKind {
  readonly status: number;
  readonly type: string;
}

const KINDS: Readonly<Record<ErrorCode, ErrorKind>> = {
  not_found: { status: 404, type: 'CollectionNotFound' },
  already_exists: { status: 409, type: 'CollectionAlreadyExists' },
  conflict: { status: 409, type: 'ConflictError' },
  unique_violation: { status: 409, type: 'ConflictError' },
  schema_violation: { status: 400, type: 'SchemaValidationError' },
  permission_denied: { status: 403, type: 'Forbidden' },
  unauthenticated: { status: 401, type: 'Unauthorized' },
  invalid_argument: { status: 400, type: 'BadRequest' },
  parse_error: { status: 400, type: 'ParseError' },
  timeout: { status: 408, type: 'TransactionTimeout' },
  cancelled: { status: 408, type: 'Cancelled' },
  limit_exceeded: { status: 413, type: 'LimitExceeded' },
  overloaded: { status: 503, type: 'Overloaded' },
  transaction_not_found: { status: 404, type: 'TransactionNotFound' },
  storage_full: { status: 507, type: 'StorageFull' },
  read_only: { status: 403, type: 'ReadOnly' },
  corruption: { status: 500, type: 'InternalError' },
  connection_failed: { status: 503, type: 'InternalError' },
  internal: { status: 500, type: 'InternalError' },
};

/** How the words of an error begin that is about what is to be stored; clients know it as a kind of its own. */
const OF_DOCUMENTS = 'Invalid document: ';

/** The body of every error over HTTP: `code` is the status, `error_code` what programs switch on. */
export interface HttpErrorBody {
  readonly [name: string]: Value;
  readonly code: number;
  readonly error: string;
  readonly type: string;
  readonly error_code: string;
  readonly retryable: boolean;
}

/** An error as it is answered. */
export function httpError(error: CairnError): HttpErrorBody {
  const { status, type } = kindOf(error);
  const body = { ...plainError(status, error.message, type, error.code), retryable: error.retryable };
  return Object.keys(error.details).length === 0 ? body : { ...body, details: error.details as Value };
}

/** An error of HTTP itself, before any command was asked. */
export function plainError(status: number, message: string, type: string, code: string): HttpErrorBody {
  return { code: status, error: message, type, error_code: code, retryable: false };
}

function kindOf(error: CairnError): ErrorKind {
  if (error.variant === 'ProtocolError') return { status: 422, type: 'BadRequest' };
  if (error.details.supported === false) return { status: 501, type: 'OperationNotSupported' };
  const kind = KINDS[error.code];
  if (error.code === 'invalid_argument' && error.message.startsWith(OF_DOCUMENTS)) {
    return { ...kind, type: 'InvalidDocument' };
  }
  if (error.code === 'not_found') return whatIsMissing(error, kind);
  return error.code === 'already_exists' && error.details.key !== undefined ? { ...kind, type: 'ConflictError' } : kind;
}

/** A variable that a query names and nobody has given is a mistake in the request: nothing that is stored is missing. */
function whatIsMissing({ details }: CairnError, kind: ErrorKind): ErrorKind {
  if (details.key !== undefined) return { ...kind, type: 'DocumentNotFound' };
  if (details.variable !== undefined) return { status: 400, type: 'BadRequest' };
  return details.role === undefined ? kind : { ...kind, type: 'RoleNotFound' };
}
