import { once } from 'node:events';
import { createWriteStream, realpathSync, renameSync, rmSync, statSync, type WriteStream } from 'node:fs';
import { CommandError, UsageError } from '../command-error.ts';

/** Where text goes. `write` resolves when more may come, so that memory stays bounded by a slow reader. */
export interface OutputTarget {
  write(text: string): Promise<void>;
  /** All is written: a file now stands under its name. */
  finish(): Promise<void>;
  /** Removes what is not whole. */
  discard(): void;
}

/**
 * Standard output for `-`, else a file, which is called `<file>.partial` until it is whole. What is no file, such as a pipe or a
 * device, is written to as it is: another file must not take its place.
 */
export async function openOutput(file: string): Promise<OutputTarget> {
  return file === '-' ? new StandardOutput() : FileOutput.open(file);
}

class StandardOutput implements OutputTarget {
  async write(text: string): Promise<void> {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }

  async finish(): Promise<void> {}

  discard(): void {}
}

class FileOutput implements OutputTarget {
  readonly #file: string;
  /** Absent for what is no file. */
  readonly #partial: string | undefined;
  readonly #stream: WriteStream;
  #error: Error | undefined;

  private constructor(file: string, partial: string | undefined, stream: WriteStream) {
    this.#file = file;
    this.#partial = partial;
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#error = error;
    });
  }

  static async open(file: string): Promise<FileOutput> {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new UsageError(`${file} is a folder`);
    const isFile = found === undefined || found.isFile();
    // A symbolic link stays, and its file is the one that is replaced.
    const place = found === undefined ? file : realpathSync(file);
    const partial = isFile ? `${place}.partial` : undefined;
    const stream = createWriteStream(partial ?? file, { highWaterMark: 1024 * 1024, flush: isFile });
    try {
      await once(stream, 'open');
    } catch (cause) {
      throw new CommandError(`cannot write ${file}: ${(cause as Error).message}`, undefined, { cause });
    }
    return new FileOutput(place, partial, stream);
  }

  async write(text: string): Promise<void> {
    this.#throwError();
    if (!this.#stream.write(text)) await once(this.#stream, 'drain').catch(() => {});
    this.#throwError();
  }

  async finish(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.end(() => resolve()));
    this.#throwError();
    if (this.#partial !== undefined) renameSync(this.#partial, this.#file);
  }

  discard(): void {
    this.#stream.destroy();
    if (this.#partial !== undefined) rmSync(this.#partial, { force: true });
  }

  #throwError(): void {
    if (this.#error !== undefined) throw new CommandError(`cannot write ${this.#file}: ${this.#error.message}`);
  }
}
