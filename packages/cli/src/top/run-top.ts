import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@cairn/client';
import { UsageError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { terminalWidth } from '../terminal/terminal-width.ts';
import { type ActivityView, activityBetween } from './activity-view.ts';
import { LiveScreen } from './live-screen.ts';
import { takeSample } from './sample.ts';
import { screenText } from './screen-text.ts';

export interface TopOptions extends ConnectionOptions {
  /** Seconds between two looks. */
  readonly interval?: string;
  readonly once?: boolean;
  readonly json?: boolean;
  /** Id of a running request to stop; nothing is shown then. */
  readonly kill?: string;
}

const INTERVAL_MIN_S = 0.1;
/** Rows of each table where nobody scrolls. */
const PLAIN_ROWS_MAX = 20;

/**
 * Shows what a server does, until it is told to stop: over the whole terminal, or as text one view after another where there is
 * none. `once` shows one view, `json` a line of JSON for each.
 */
export async function runTop(options: TopOptions, signal: AbortSignal): Promise<void> {
  const intervalMs = intervalOf(options) * 1000;
  await withClient(options, async (client) => {
    if (options.kill !== undefined) {
      await stopRequest(client, requestId(options.kill));
      process.stdout.write(`request ${options.kill} was told to stop\n`);
      return;
    }
    const isLive = process.stdout.isTTY && process.stdin.isTTY && !options.json && !options.once;
    const views = viewsOf(client, intervalMs, signal);
    if (isLive) await showLive(client, intervalMs, signal);
    else await showPlain(views, options);
  });
}

async function showPlain(views: AsyncGenerator<ActivityView>, { json, once }: TopOptions): Promise<void> {
  for await (const view of views) {
    const text = json
      ? JSON.stringify(view)
      : `${screenText(view, { rowsMax: PLAIN_ROWS_MAX, widthMax: process.stdout.isTTY ? terminalWidth() : undefined }).join('\n')}\n`;
    process.stdout.write(`${text}\n`);
    if (once) return;
  }
}

async function showLive(client: Client, intervalMs: number, signal: AbortSignal): Promise<void> {
  const left = new AbortController();
  const screen = new LiveScreen(
    { output: process.stdout, input: process.stdin },
    {
      leave: () => left.abort(),
      kill: (id) =>
        stopRequest(client, id).then(
          () => `request ${id} was told to stop`,
          (error: Error) => error.message,
        ),
    },
  );
  try {
    const either = AbortSignal.any([signal, left.signal]);
    for await (const view of viewsOf(client, intervalMs, either)) screen.show(view);
  } finally {
    screen.close();
  }
}

/** A view for each interval; the first one comes after half a second at most. */
async function* viewsOf(client: Client, intervalMs: number, signal: AbortSignal): AsyncGenerator<ActivityView> {
  let before = await takeSample(client);
  let waitMs = Math.min(intervalMs, 500);
  while (!signal.aborted) {
    await delay(waitMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const after = await takeSample(client);
    yield activityBetween(before, after);
    before = after;
    waitMs = intervalMs;
  }
}

async function stopRequest(client: Client, id: number): Promise<void> {
  await client.command('kill_running', { id });
}

function intervalOf({ interval = '1' }: TopOptions): number {
  const seconds = Number(interval);
  if (seconds >= INTERVAL_MIN_S) return seconds;
  throw new UsageError(`--interval wants seconds, ${INTERVAL_MIN_S} at least`);
}

function requestId(text: string): number {
  const id = Number(text);
  if (Number.isSafeInteger(id) && id >= 0) return id;
  throw new UsageError('--kill wants the id of a running request');
}
