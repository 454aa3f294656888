import { clipToWidth, visibleText } from '../terminal/display-width.ts';
import { formatBytes, formatCount, formatDuration } from '../terminal/quantities.ts';
import { TextTable } from '../terminal/table.ts';
import type { ActivityView } from './activity-view.ts';

export interface ScreenOptions {
  /** Columns of the terminal; absent: no bound. */
  readonly widthMax?: number;
  /** Rows of each of the two tables. */
  readonly rowsMax: number;
  /** The running request that a key would stop, by its place. */
  readonly selected?: number;
}

/** The view as lines of text: figures, commands by rate, running requests. */
export function screenText(view: ActivityView, options: ScreenOptions): string[] {
  const lines = [...figures(view), '', ...commandLines(view, options), '', ...runningLines(view, options)];
  const { widthMax } = options;
  return widthMax === undefined ? lines : lines.map((line) => clipToWidth(line, widthMax));
}

function figures(view: ActivityView): string[] {
  const pairs = (...texts: string[]) => texts.join('   ');
  return [
    pairs(
      `cairn ${view.version}`,
      `up ${formatDuration(view.uptime_s)}`,
      `${formatCount(view.connections)} connections`,
    ),
    pairs(
      `${perSecond(view.requests_per_s)} requests/s`,
      `${perSecond(view.errors_per_s)} errors/s`,
      `${perSecond(view.refused_per_s)} refused/s`,
      `p50 ${milliseconds(view.p50_ms)}`,
      `p99 ${milliseconds(view.p99_ms)}`,
    ),
    pairs(
      `${perSecond(view.commits_per_s)} commits/s`,
      `${view.commits_a_group.toFixed(1)} a group`,
      `queue ${formatCount(view.commit_queue)}`,
      `log ${formatBytes(view.log_bytes)}`,
      `unwritten ${formatBytes(view.unwritten_bytes)}`,
    ),
    pairs(
      `load ${Math.round(view.load * 100)} %`,
      `event loop p99 ${milliseconds(view.event_loop_p99_ms)}`,
      `memory ${formatBytes(view.rss_bytes)}, heap ${formatBytes(view.heap_bytes)}`,
      `disk free ${formatBytes(view.disk_free_bytes)}`,
    ),
    pairs(`${formatCount(view.transactions)} transactions`, `${formatCount(view.cursors)} cursors`),
  ];
}

function commandLines({ commands }: ActivityView, { rowsMax, widthMax }: ScreenOptions): string[] {
  const rows = commands
    .slice(0, rowsMax)
    .map((one) => [
      one.command,
      one.door,
      perSecond(one.requests_per_s),
      perSecond(one.errors_per_s),
      milliseconds(one.p50_ms),
      milliseconds(one.p99_ms),
    ]);
  const table = new TextTable(
    [
      { title: 'command', align: 'left' },
      { title: 'door', align: 'left' },
      ...['requests/s', 'errors/s', 'p50', 'p99'].map((title) => ({ title, align: 'right' as const })),
    ],
    rows,
    { widthMax },
  );
  return [...table.head(), ...table.rows(rows)];
}

function runningLines({ running }: ActivityView, { rowsMax, widthMax, selected }: ScreenOptions): string[] {
  if (running.length === 0) return ['no request is running'];
  const rows = running.slice(0, rowsMax).map((request, at) => {
    const { id, user, door, command, database = '', collection, text, elapsed_ms: elapsed, stoppable } = request;
    const about = visibleText((text ?? collection ?? '').replace(/\s+/g, ' '));
    const mark = at === selected ? '>' : stoppable ? ' ' : '-';
    return [mark, String(id), formatDuration(elapsed / 1000), user ?? '', door, command, database, about];
  });
  const titles = ['', 'id', 'for', 'user', 'door', 'command', 'database', 'what'];
  const table = new TextTable(
    titles.map((title, at) => ({ title, align: at === 1 || at === 2 ? ('right' as const) : ('left' as const) })),
    rows,
    { widthMax },
  );
  return [...table.head(), ...table.rows(rows)];
}

function perSecond(rate: number): string {
  return rate < 10 && rate > 0 ? rate.toFixed(1) : formatCount(rate);
}

function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms >= 1000) return formatDuration(ms / 1000);
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}
