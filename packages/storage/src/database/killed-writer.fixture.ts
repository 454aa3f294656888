import { Store } from '../store/store.ts';
import { thing } from './test-database.ts';

// Writes batches of two documents and names each on stdout once it is durable, until somebody kills the process.
const store = await Store.open({ path: process.argv[2] });
const database = store.database('test');
const first = Number(process.argv[3]);
for (let number = first; ; number++) {
  await database.write((transaction) => {
    transaction.put('things', thing(`a${number}`), 'insert');
    transaction.put('things', thing(`b${number}`), 'insert');
  });
  process.stdout.write(`${number}\n`);
}
