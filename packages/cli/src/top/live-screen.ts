import type { ActivityView } from './activity-view.ts';
import { screenText } from './screen-text.ts';

const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l';
const LEAVE_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const END_LINE = '\u001b[K\r\n';
const CLEAR_BELOW = '\u001b[J';
/** Lines of a screen that are neither of the two tables' rows. */
const OTHER_LINES = 13;
const HELP = 'q: leave   ↑ ↓: choose a request   k: stop it';

/** What somebody at the keyboard wants. */
export interface ScreenActions {
  /** Stop the running request of this id; answers what to show about it. */
  kill(id: number): Promise<string>;
  leave(): void;
}

/** The whole terminal, drawn over again at each view. `close` gives it back as it was. */
export class LiveScreen {
  readonly #output: NodeJS.WriteStream;
  readonly #input: NodeJS.ReadStream;
  readonly #actions: ScreenActions;
  readonly #onKey = (key: string) => this.#press(key);
  #view: ActivityView | undefined;
  #selected = 0;
  #message = '';
  /** The request that the next `y` stops. */
  #asked: number | undefined;

  constructor(terminal: { output: NodeJS.WriteStream; input: NodeJS.ReadStream }, actions: ScreenActions) {
    this.#output = terminal.output;
    this.#input = terminal.input;
    this.#actions = actions;
    this.#output.write(ENTER_SCREEN);
    this.#input.setRawMode(true);
    this.#input.setEncoding('utf8');
    this.#input.on('data', this.#onKey);
    this.#input.resume();
  }

  show(view: ActivityView): void {
    this.#view = view;
    this.#draw();
  }

  close(): void {
    this.#input.off('data', this.#onKey);
    this.#input.setRawMode(false);
    this.#input.pause();
    this.#output.write(LEAVE_SCREEN);
  }

  #draw(): void {
    if (this.#view === undefined) return;
    this.#selected = Math.max(0, Math.min(this.#selected, this.#view.running.length - 1));
    // A terminal that does not know its size says 0.
    const columns = this.#output.columns || 80;
    const rows = this.#output.rows || 24;
    const rowsMax = Math.max(1, Math.floor((rows - OTHER_LINES) / 2));
    const lines = screenText(this.#view, { widthMax: columns, rowsMax, selected: this.#selected });
    const last = this.#message === '' ? HELP : this.#message;
    this.#output.write(HOME + lines.map((line) => line + END_LINE).join('') + END_LINE + last + CLEAR_BELOW);
  }

  #press(key: string): void {
    const asked = this.#asked;
    this.#asked = undefined;
    this.#message = '';
    if (key === 'q' || key === '\u0003') this.#actions.leave();
    else if (key === '\u001b[A') this.#selected--;
    else if (key === '\u001b[B') this.#selected++;
    else if (key === 'k') this.#ask();
    else if (key === 'y' && asked !== undefined) void this.#kill(asked);
    this.#draw();
  }

  #ask(): void {
    const request = this.#view?.running[this.#selected];
    if (request === undefined) return;
    this.#asked = request.id;
    this.#message = `stop ${request.command} ${request.id} of ${request.user ?? 'nobody'}? y / n`;
  }

  async #kill(id: number): Promise<void> {
    this.#message = await this.#actions.kill(id);
    this.#draw();
  }
}
