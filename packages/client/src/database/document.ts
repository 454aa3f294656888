import type { Value } from '@cairn/protocol';

/** What a stored document has besides its own members. */
export interface SystemMembers {
  readonly _key: string;
  /** `database:collection/key` */
  readonly _id: string;
  /** Changes with every write. */
  readonly _rev: string;
  readonly _created_at: string;
  readonly _updated_at: string;
}

/** The members that a program gives a document. */
export type DocumentMembers = { [member: string]: Value | undefined };

/** A document as the server answers it. */
export type Document<T extends object = { [member: string]: Value }> = T & SystemMembers;
