import { pack } from 'msgpackr';
import { framed } from './mutation.ts';

export const FUZZ_DATABASE = 'fuzz';

/** Good frames of all kinds: what the mutations damage. */
export function sampleFrames(): Buffer[] {
  const database = FUZZ_DATABASE;
  const document = { _key: 'x', name: 'Ann', tags: ['a', 'b'], nested: { deep: [1, 2.5, null, true] } };
  return [
    { cmd: 'ping' },
    { cmd: 'auth', database: '_system', username: 'nobody', password: 'wrong password' },
    { cmd: 'get', database, collection: 'docs', key: 'k' },
    { cmd: 'list', database, collection: 'docs', limit: 10, offset: 0 },
    { cmd: 'insert', database, collection: 'nowhere', document },
    { cmd: 'bulk_insert', database, collection: 'nowhere', documents: [document, document] },
    { cmd: 'query', database, sdbql: 'FOR d IN docs FILTER d.text == @t RETURN d', bind_vars: { t: 'x' } },
    { cmd: 'batch', commands: [{ cmd: 'ping' }, { cmd: 'get', database, collection: 'docs', key: 'k' }] },
  ].map((message) => framed(pack(message)));
}
