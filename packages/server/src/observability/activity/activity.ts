import { COMMANDS, type CommandName, type ErrorCode } from '@cairn/protocol/internal';
import { CommandStatistics } from './command-statistics.ts';
import type { Door } from './door.ts';
import { RunningRequests } from './running-requests.ts';

type StatisticsByCommand = ReadonlyMap<CommandName, CommandStatistics>;

/** What requests do and have done since the start, by door and command. */
export class Activity {
  readonly running = new RunningRequests();
  readonly #doors = new Map<Door, StatisticsByCommand>();
  /** Requests that were refused before they ran, by door and the error's code. */
  readonly #refusals = new Map<Door, Map<ErrorCode, number>>();

  /** The commands' statistics at a door; made when somebody first comes to it. */
  at(door: Door): StatisticsByCommand {
    let statistics = this.#doors.get(door);
    if (statistics === undefined) {
      statistics = new Map(COMMANDS.map(({ name }) => [name, new CommandStatistics()]));
      this.#doors.set(door, statistics);
    }
    return statistics;
  }

  refused(door: Door, code: ErrorCode): void {
    let codes = this.#refusals.get(door);
    if (codes === undefined) {
      codes = new Map();
      this.#refusals.set(door, codes);
    }
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }

  /** The commands that somebody has sent. */
  *commands(): Generator<{
    readonly door: Door;
    readonly command: CommandName;
    readonly statistics: CommandStatistics;
  }> {
    for (const [door, commands] of this.#doors) {
      for (const [command, statistics] of commands) {
        if (statistics.requests + statistics.running > 0) yield { door, command, statistics };
      }
    }
  }

  *refusals(): Generator<{ readonly door: Door; readonly code: ErrorCode; readonly count: number }> {
    for (const [door, codes] of this.#refusals) for (const [code, count] of codes) yield { door, code, count };
  }
}
