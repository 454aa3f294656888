import assert from 'node:assert/strict';
import { scriptOf } from '../records/script-record.ts';
import { PathTree } from './path-tree.ts';

function treeOf(...paths: string[]): PathTree {
  const tree = new PathTree();
  for (const path of paths) tree.add(scriptOf('db', { _key: path, path, code: '', methods: ['GET'] })!);
  return tree;
}

function found(tree: PathTree, path: string): unknown {
  const match = tree.find(path);
  return match && [match.script.path, Object.fromEntries(match.params)];
}

describe('the paths of a service', () => {
  it('takes what is spelled out whole before a path with parameters, and of those the one installed first', () => {
    const tree = treeOf('a/:x', 'a/b', 'a/b/c', 'a/:x/d', ':y/b/e');
    assert.deepEqual(found(tree, 'a/b'), ['a/b', {}]);
    assert.deepEqual(found(tree, 'a/z'), ['a/:x', { x: 'z' }]);
    assert.deepEqual(found(tree, 'a/b/d'), ['a/:x/d', { x: 'b' }]);
    assert.deepEqual(found(tree, 'a/b/e'), [':y/b/e', { y: 'a' }]);
    assert.equal(found(tree, 'a/b/f'), undefined);
    assert.equal(found(tree, 'a/b/c/d'), undefined);
    assert.deepEqual(found(treeOf(':a/x', '1/:b'), '1/x'), [':a/x', { a: '1' }]);
    assert.deepEqual(found(treeOf('1/:b', ':a/x'), '1/x'), ['1/:b', { b: 'x' }]);
  });

  it('gives each script its own names for the same parameters, the first one winning', () => {
    const tree = treeOf(':a/:b', ':c/:d', ':e/x');
    assert.deepEqual(found(tree, '1/2'), [':a/:b', { a: '1', b: '2' }]);
    assert.deepEqual(found(tree, '1/x'), [':a/:b', { a: '1', b: 'x' }]);
  });

  it('takes a slash at the end for one more segment', () => {
    const tree = treeOf('users', 'users/:id');
    assert.deepEqual(
      ['users/', 'users/7/', '/users'].map((path) => found(tree, path)),
      [undefined, undefined, undefined],
    );
  });

  it('decodes what a parameter stands for, and leaves alone what is no encoding', () => {
    const tree = treeOf('f/:name', 'ü/x');
    assert.deepEqual(found(tree, 'f/a%2Fb%20c'), ['f/:name', { name: 'a/b c' }]);
    assert.deepEqual(found(tree, 'f/100%'), ['f/:name', { name: '100%' }]);
    assert.deepEqual(found(tree, '%C3%BC/x'), ['ü/x', {}]);
    assert.equal(found(tree, 'f/'), undefined);
  });

  it('knows the path of the service itself, and no wildcards', () => {
    const tree = treeOf('', 'files/*', ':');
    assert.deepEqual(found(tree, ''), ['', {}]);
    assert.equal(found(tree, 'files/x'), undefined);
    assert.deepEqual(found(tree, ':'), [':', {}]);
  });

  it('takes names of the host language as any others', () => {
    const tree = treeOf('__proto__/:constructor', 'toString');
    assert.deepEqual(tree.find('__proto__/x')?.params.get('constructor'), 'x');
    assert.deepEqual(found(tree, 'toString'), ['toString', {}]);
    assert.equal(found(tree, 'valueOf'), undefined);
  });
});
