/** A file or folder, whatever its name is. */
export interface Inode {
  readonly number: number;
  readonly isFolder: boolean;
}

/** When an operation began and came back, in lines of the trace. */
interface Timed {
  readonly began: number;
  readonly ended: number;
}

/** What the server did to its files, in terms of files instead of descriptors. */
export type DiskOperation = Timed &
  (
    | {
        readonly kind: 'write';
        readonly inode: Inode;
        readonly offset: number;
        readonly bytes: Buffer;
        /** Written through a descriptor with O_DSYNC: on the disk when the call comes back. */
        readonly isSynchronous: boolean;
      }
    | { readonly kind: 'resize'; readonly inode: Inode; readonly size: number; readonly onlyGrows: boolean }
    | { readonly kind: 'sync'; readonly inode: Inode }
    | { readonly kind: 'entry'; readonly changes: readonly EntryChange[] }
  );

/** A name in a folder now stands for this inode, or for nothing. */
export interface EntryChange {
  readonly folder: Inode;
  readonly name: string;
  readonly inode: Inode | undefined;
}

export type WriteOperation = Extract<DiskOperation, { kind: 'write' }>;
export type EntryOperation = Extract<DiskOperation, { kind: 'entry' }>;
