import type { ValueObject } from '@cairn/protocol';
import { CommandError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { visibleText } from '../terminal/display-width.ts';

export interface ExplainPermissionOptions extends ConnectionOptions {
  readonly for?: string;
  readonly database?: string;
  readonly collection?: string;
  readonly key?: string;
  readonly json?: boolean;
}

interface Explanation {
  readonly username: string;
  readonly allowed: boolean;
  readonly reason?: string;
  readonly rule?: string;
  readonly granted_by?: readonly ValueObject[];
  readonly needed?: { readonly text?: string } | null;
}

/** Prints why somebody may do something or may not. */
export async function explainPermission(command: string, options: ExplainPermissionOptions): Promise<void> {
  const { for: username, database, collection, key } = options;
  const asked = { command, username, database, collection, key };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as ValueObject;
  await withClient(options, async (client) => {
    const explanation = (await client.command('explain_permission', given)).data as unknown as Explanation;
    process.stdout.write(
      options.json
        ? `${JSON.stringify(explanation)}\n`
        : linesOf(explanation)
            .map((line) => `${visibleText(line)}\n`)
            .join(''),
    );
    if (!explanation.allowed) throw new CommandError(`'${command}' is not allowed`, EXIT_CODES.failure);
  });
}

function linesOf({ username, allowed, reason, rule, granted_by, needed }: Explanation): string[] {
  const said = reason ?? (allowed ? 'nothing stands against it' : 'nothing permits it');
  return [
    `${username} ${allowed ? 'may' : 'may not'}: ${said}`,
    ...(granted_by ?? []).map((line) => `  granted by ${JSON.stringify(line)}`),
    ...(allowed || needed?.text === undefined ? [] : [`  what it takes: ${needed.text}`]),
    ...(rule === undefined ? [] : [`  the rule: ${rule}`]),
  ];
}
