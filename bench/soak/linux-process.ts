import { readdirSync, readFileSync } from 'node:fs';

/** What the system tells of a process. Linux only. */
export class LinuxProcess {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  /** Processes that it has started. */
  children(): LinuxProcess[] {
    const ids = this.#tasks().flatMap((task) => this.#read(`task/${task}/children`).split(' '));
    return ids.filter((id) => id !== '').map((id) => new LinuxProcess(Number(id)));
  }

  descriptors(): number {
    return this.#list('fd').length;
  }

  /** Resident memory of its own, without mapped files, bytes. */
  anonymousBytes(): number {
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(this.#read('status'))?.[1] ?? 0) * 1024;
  }

  /** Time on a core since its start, of all its threads, seconds. */
  coreSeconds(): number {
    // The name in parentheses may hold blanks; user and system time are the 12th and 13th word behind it, in hundredths.
    const words = this.#read('stat').split(') ')[1]?.split(' ') ?? [];
    return (Number(words[11] ?? 0) + Number(words[12] ?? 0)) / 100;
  }

  #tasks(): string[] {
    return this.#list('task');
  }

  #list(name: string): string[] {
    try {
      return readdirSync(`/proc/${this.id}/${name}`);
    } catch {
      return []; // it has ended meanwhile
    }
  }

  #read(name: string): string {
    try {
      return readFileSync(`/proc/${this.id}/${name}`, 'latin1');
    } catch {
      return '';
    }
  }
}
