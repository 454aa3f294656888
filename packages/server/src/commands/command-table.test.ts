import assert from 'node:assert/strict';
import { COMMANDS } from '@cairn/protocol/internal';
import { commandTable, IMPLEMENTED_COMMANDS } from './command-table.ts';

describe('the command table', () => {
  it('implements every command of the catalogue exactly once, and nothing else', () => {
    const implemented = IMPLEMENTED_COMMANDS.map((command) => command.name).sort();
    const catalogued = COMMANDS.map((command) => command.name).sort();
    assert.deepEqual(implemented, catalogued);
    assert.equal(commandTable().size, IMPLEMENTED_COMMANDS.length);
  });

  it('names no alias twice', () => {
    const names = COMMANDS.flatMap((command) => [command.name, ...command.aliases]);
    assert.equal(new Set(names).size, names.length);
  });
});
