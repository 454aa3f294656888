/** A message for a WebSocket script, and where it came from. */
export interface SocketEvent {
  readonly from: 'ws' | 'channel' | 'presence';
  /** Text or bytes of the client; text of a channel. */
  readonly payload: string | Uint8Array;
}

/** The client's end of a WebSocket script. */
export interface ScriptSocket {
  /** Names the connection to others. */
  readonly id: string;
  /** Resolves when the message has been handed to the network. @throws CairnError when the connection is gone */
  send(message: string | Uint8Array): Promise<void>;
  /** The next event of one kind, or of any; undefined when the connection is closed or the time is over. */
  next(options: { from?: 'ws'; timeoutMs: number | undefined; signal: AbortSignal }): Promise<SocketEvent | undefined>;
  /** Puts an event of a channel before the script; the oldest are dropped when it does not read them. */
  push(event: SocketEvent): void;
  close(code?: number, reason?: string): void;
}
