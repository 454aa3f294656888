import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { CommandError, UsageError } from '../../command-error.ts';

/** How far an import is, and what it takes to go on as if it had never stopped. */
export interface CheckpointState {
  readonly source: SourceIdentity;
  /** Where the documents go: `database/collection`. */
  readonly target: string;
  /** The options that decide what is stored, as text: resuming with others would give a mixture. */
  readonly options: string;
  /** Seed of the generated keys. */
  readonly keySeed: string;
  /** All before this byte of the source is stored or in the rejects file. */
  readonly offset: number;
  /** The next line, from 1. */
  readonly line: number;
  /** Records of the source before `offset`. */
  readonly ordinal: number;
  /** Nothing from this byte on has been sent; what lies between may be stored already. */
  readonly claimedTo: number;
  /** Column names of a CSV file. */
  readonly columns?: readonly string[];
  readonly imported: number;
  readonly rejects: { readonly count: number; readonly bytes: number };
}

/** Tells whether a file is the one that was begun with. */
export interface SourceIdentity {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the first bytes, hexadecimal. */
  readonly beginning: string;
}

const FORMAT = 'cairn import checkpoint';
const VERSION = 1;

/**
 * The small file beside the source that makes an import resumable. Each write replaces it as a whole and is on disk
 * when `write` returns, so a reader finds the old state or the new one, never half of one.
 */
export class CheckpointFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  write(state: CheckpointState): void {
    const temporary = `${this.path}.new`;
    try {
      const descriptor = openSync(temporary, 'w');
      try {
        writeSync(descriptor, `${JSON.stringify({ format: FORMAT, version: VERSION, ...state })}\n`);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, this.path);
    } catch (cause) {
      throw new CommandError(`cannot write the checkpoint: ${(cause as Error).message}`, undefined, { cause });
    }
  }

  /** The state of an earlier run; undefined when there is none. */
  read(): CheckpointState | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new CommandError(`cannot read the checkpoint: ${(cause as Error).message}`, undefined, { cause });
    }
    return parseCheckpoint(text, this.path);
  }

  remove(): void {
    rmSync(this.path, { force: true });
    rmSync(`${this.path}.new`, { force: true });
  }
}

function parseCheckpoint(text: string, path: string): CheckpointState {
  let state: (CheckpointState & { format?: unknown; version?: unknown }) | undefined;
  try {
    state = JSON.parse(text);
  } catch {
    // Told below: broken JSON is no checkpoint.
  }
  if (state?.format !== FORMAT) throw new UsageError(`${path} is no checkpoint of an import`);
  if (state.version !== VERSION) {
    throw new UsageError(`${path} has version ${String(state.version)} of the checkpoint format, not ${VERSION}`);
  }
  const numbers = [state.offset, state.line, state.ordinal, state.claimedTo, state.imported, state.rejects?.bytes];
  if (numbers.some((number) => !Number.isSafeInteger(number) || number! < 0)) {
    throw new UsageError(`${path} is damaged: remove it and import without --resume`);
  }
  return state;
}

/** Refuses to go on with another file, target or options than those that the checkpoint was made with. */
export function assertSameImport(
  state: CheckpointState,
  now: Pick<CheckpointState, 'source' | 'target' | 'options'>,
): void {
  const { source } = state;
  if (source.bytes !== now.source.bytes || source.beginning !== now.source.beginning) {
    throw new UsageError(`${now.source.path} is not the file that the checkpoint was made with: its content differs`);
  }
  if (state.target !== now.target) {
    throw new UsageError(`the checkpoint is of an import into ${state.target}, not ${now.target}`);
  }
  if (state.options !== now.options) {
    throw new UsageError(`the checkpoint is of an import with other options: ${state.options}`);
  }
}
