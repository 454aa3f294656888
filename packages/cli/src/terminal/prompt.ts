import { InterruptedError, UsageError } from '../command-error.ts';

/** Longest answer in characters: nobody types more, and a paste gone wrong ends. */
const ANSWER_MAX_LENGTH = 4096;

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const BACKSPACES = new Set(['\u007f', '\b']);
const LINE_ENDS = new Set(['\r', '\n']);

/** Edits a secret as its keys arrive. Nothing of it is ever shown. */
export class SecretEditor {
  #typed: string[] = [];
  #state: 'typing' | 'done' | 'interrupted' = 'typing';

  get state(): 'typing' | 'done' | 'interrupted' {
    return this.#state;
  }

  get text(): string {
    return this.#typed.join('');
  }

  type(keys: string): void {
    for (const key of keys) {
      if (this.#state !== 'typing') return;
      if (LINE_ENDS.has(key)) this.#state = 'done';
      else if (key === CTRL_C || key === CTRL_D) this.#state = 'interrupted';
      else if (key === CTRL_U) this.#typed = [];
      else if (BACKSPACES.has(key)) this.#typed.pop();
      else if (key >= ' ' && this.#typed.length < ANSWER_MAX_LENGTH) this.#typed.push(key);
    }
  }
}

/** Asks on the terminal without an echo; on another standard input, reads its next line. */
export async function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return readLine(stdin);
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    const editor = new SecretEditor();
    for await (const keys of stdin.iterator({ destroyOnReturn: false })) {
      editor.type(keys as string);
      if (editor.state !== 'typing') break;
    }
    if (editor.state === 'interrupted') throw new InterruptedError();
    return editor.text;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

/** Asks for a new secret, twice on a terminal. */
export async function askNewSecret(name: string): Promise<string> {
  const first = await askSecret(`${name}: `);
  if (first === '') throw new UsageError(`the ${name} is empty`);
  if (process.stdin.isTTY && (await askSecret(`${name}, again: `)) !== first) {
    throw new UsageError(`the ${name} was not the same both times`);
  }
  return first;
}

/** What was read behind the last line that was asked for. */
let readAhead = '';

async function readLine(stream: NodeJS.ReadStream): Promise<string> {
  stream.setEncoding('utf8');
  if (!readAhead.includes('\n')) {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      readAhead += chunk;
      if (readAhead.includes('\n') || readAhead.length > ANSWER_MAX_LENGTH) break;
    }
    stream.pause();
  }
  const end = readAhead.indexOf('\n');
  const line = end < 0 ? readAhead : readAhead.slice(0, end);
  readAhead = end < 0 ? '' : readAhead.slice(end + 1);
  return line.replace(/\r$/, '').slice(0, ANSWER_MAX_LENGTH);
}
