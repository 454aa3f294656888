import type { ValueObject } from '@cairn/protocol/internal';
import type { CommandOptions } from '../options.ts';
import type { CommandFields } from './connection.ts';

/** What sends commands: a client, or a transaction, which adds its id to each. */
export interface Channel {
  /** Sends a command and resolves with its whole reply. */
  send(command: string, fields: CommandFields, options?: CommandOptions): Promise<ValueObject>;
}
