import { CairnError } from '../error.ts';

/** Bytes or a value that cannot be stored: malformed, too deep, not a number, of a foreign type. Says where. */
export class InvalidValueError extends CairnError {
  override readonly name = 'InvalidValueError';

  /** @param where the path inside the value (`tags[2].name`, empty for the value itself) and the byte offset, if known */
  constructor(reason: string, where: { path?: string; offset?: number } = {}) {
    const at = where.path ? ` at ${where.path}` : '';
    super('invalid_argument', `Invalid document: ${reason}${at}`, {
      details: {
        ...(where.path ? { path: where.path } : {}),
        ...(where.offset === undefined ? {} : { offset: where.offset }),
      },
    });
  }
}
