import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { IMAGE_PROCESS_IDLE_MS, IMAGE_TIMEOUT_MS, IMAGES_WAITING_MAX } from '../../../limits.ts';
import type { ImageOperations, ProcessedImage } from './image-operations.ts';

interface Waiting {
  readonly resolve: (image: ProcessedImage) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

interface Reply {
  readonly id: number;
  readonly done?: ProcessedImage;
  readonly error?: string;
}

const MAIN = fileURLToPath(new URL('./image-worker.ts', import.meta.url));
/** It may read and load what it is made of; it may not write or start anything. */
const ARGUMENTS = ['--permission', '--allow-addons', '--allow-fs-read=*', '--no-warnings'];

/** Works on pictures in a process of its own, which is started with the first of them and ends when there are none for a while. */
export class ImageProcess {
  #child: ChildProcess | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;

  /** @throws Error that says what is wrong with the picture, or that it took too long */
  process(image: Uint8Array, operations: ImageOperations): Promise<ProcessedImage> {
    if (this.#waiting.size >= IMAGES_WAITING_MAX) return Promise.reject(new Error('too many pictures are waiting'));
    clearTimeout(this.#idle);
    const child = (this.#child ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      // Whoever shares the process with a picture that never ends is lost with it.
      const timer = setTimeout(() => this.close('timed out'), IMAGE_TIMEOUT_MS).unref();
      this.#waiting.set(id, { resolve, reject, timer });
      child.send({ id, image, operations });
    });
  }

  /** Ends the process; pictures under way fail. */
  close(reason = 'the server is shutting down'): void {
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
    this.#failAll(reason);
  }

  #start(): ChildProcess {
    const child = fork(MAIN, { execArgv: ARGUMENTS, serialization: 'advanced', env: {}, stdio: 'ignore' });
    child.on('message', (reply: Reply) => this.#answer(reply));
    child.on('error', () => {});
    child.on('exit', () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#failAll('failed to load image: the decoder ended');
    });
    // What only waits for pictures must not keep the server from ending.
    child.unref();
    child.channel?.unref();
    return child;
  }

  #answer({ id, done, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (done !== undefined) waiting.resolve(done);
    else waiting.reject(new Error(error));
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), IMAGE_PROCESS_IDLE_MS).unref();
  }

  #failAll(reason: string): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error(reason));
    }
    this.#waiting.clear();
  }
}
