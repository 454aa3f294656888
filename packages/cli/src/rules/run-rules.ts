import { readFile } from 'node:fs/promises';
import { unknownRule } from '@cairn/client';
import { isObject, parseJson, type ValueObject } from '@cairn/protocol/internal';
import { UsageError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';

interface OnCollection extends ConnectionOptions {
  readonly database: string;
  readonly collection: string;
}

export interface RuleOptions extends ConnectionOptions {
  readonly read?: string;
  readonly write?: string;
  readonly delete?: string;
  readonly hidden?: readonly string[];
  readonly file?: string;
}

export async function showRules({ database, collection, ...options }: OnCollection): Promise<void> {
  await withClient(options, async (client) => {
    const { data } = await client.command('get_collection_rules', { database, collection });
    process.stdout.write(`${JSON.stringify(data ?? null, undefined, 2)}\n`);
  });
}

export async function setRules({ database, collection, ...options }: OnCollection & RuleOptions): Promise<void> {
  const rules = await rulesOf(options);
  await withClient(options, async (client) => {
    await client.command('set_collection_rules', { ...rules, database, collection });
    process.stderr.write(`rules of ${database}/${collection} set\n`);
  });
}

export async function dropRules({ database, collection, ...options }: OnCollection): Promise<void> {
  await withClient(options, async (client) => {
    await client.command('delete_collection_rules', { database, collection });
    process.stderr.write(`rules of ${database}/${collection} taken off\n`);
  });
}

async function rulesOf({ read, write, delete: remove, hidden, file }: RuleOptions): Promise<ValueObject> {
  const given: ValueObject = {
    ...(read !== undefined && { read }),
    ...(write !== undefined && { write }),
    ...(remove !== undefined && { delete: remove }),
    ...(hidden !== undefined && { hidden: [...hidden] }),
  };
  const isGiven = Object.keys(given).length > 0;
  if (file === undefined && isGiven) return given;
  if (file === undefined) throw new UsageError('which rules? --read, --write, --delete, --hidden or --file');
  if (isGiven) throw new UsageError('either --file or the rules one by one');
  return rulesInFile(file);
}

async function rulesInFile(file: string): Promise<ValueObject> {
  try {
    const rules = parseJson(await readFile(file, 'utf8'));
    if (isObject(rules)) {
      const problem = unknownRule(rules);
      if (problem !== undefined) throw new Error(problem);
      return rules;
    }
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  throw new UsageError(`${file} holds no object with rules`);
}
