import { Command } from 'commander';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withConnection } from './connection-options.ts';

export function indexesCommand(): Command {
  const indexes = new Command('indexes').description('list, create and drop the indexes of a collection');
  const run = async () => import('../indexes/run-indexes.ts');
  const onCollection = (name: string, summary: string) =>
    withConnection(new Command(name).description(summary))
      .argument('<database>', 'database of the collection')
      .argument('<collection>', 'collection');

  indexes.addCommand(
    onCollection('list', 'show the indexes').action(
      async (database: string, collection: string, options: ConnectionOptions) => {
        await (await run()).listIndexes({ database, collection, ...options });
      },
    ),
  );
  indexes.addCommand(
    onCollection('create', 'build an index')
      .argument('<name>', 'name of the index')
      .argument('<fields...>', 'paths such as address.city, or tags[*] for the members of an array')
      .option('--unique', 'refuse a document whose values another one has')
      .option('--sparse', 'leave out documents in which all fields are missing or null')
      .action(
        async (
          database: string,
          collection: string,
          name: string,
          fields: string[],
          options: ConnectionOptions & { unique?: boolean; sparse?: boolean },
        ) => {
          await (await run()).createIndex({ database, collection, name, fields, ...options });
        },
      ),
  );
  indexes.addCommand(
    onCollection('drop', 'remove an index')
      .argument('<name>', 'name of the index')
      .action(async (database: string, collection: string, name: string, options: ConnectionOptions) => {
        await (await run()).dropIndex({ database, collection, name, ...options });
      }),
  );
  return indexes;
}
