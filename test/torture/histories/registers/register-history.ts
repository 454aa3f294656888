/** One call on one document that holds a single value; null stands for no document. Times are any clock that all clients share. */
export interface RegisterCall {
  readonly kind: 'read' | 'write' | 'exchange';
  /** What a read saw, a write left, an exchange left. */
  readonly value: number | null;
  /** What an exchange wanted to find. */
  readonly expected?: number | null;
  /** `refused`: an exchange that found something else. `unknown`: nobody knows whether it has happened. */
  readonly outcome: 'done' | 'refused' | 'unknown';
  readonly calledAt: number;
  readonly answeredAt: number;
}

/** The value after a call, or undefined when the call cannot have had its outcome on this value. */
export function applyCall(value: number | null, call: RegisterCall): number | null | undefined {
  switch (call.kind) {
    case 'read':
      return call.value === value ? value : undefined;
    case 'write':
      return call.value;
    case 'exchange':
      if (call.outcome === 'refused') return value === call.expected ? undefined : value;
      return value === call.expected ? call.value : undefined;
  }
}
