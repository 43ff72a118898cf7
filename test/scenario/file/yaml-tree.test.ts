import { describe, expect, it } from 'vitest';
import { readTree, treeData } from '../../../src/scenario/file/yaml-tree.js';

const read = (text: string) => {
  const { tree, problems } = readTree(text, 'f');
  return { data: tree && treeData(tree), problems };
};

describe('readTree', () => {
  it('is YAML 1.2: no, on and 1:30 are texts, 0o10 is a number', () => {
    expect(read('[no, on, 1:30, 010, 0o10, ~]').data).toEqual(['no', 'on', '1:30', 10, 8, null]);
  });

  it('follows aliases, and stops those that never end or grow without bound', () => {
    expect(read('a: &x [1, 2]\nb: *x').data).toEqual({ a: [1, 2], b: [1, 2] });
    expect(read('a: &x [*x]').problems[0]?.found).toMatch(/nested too deeply|Unresolved alias/);
    const bomb = [
      'a0: &a0 [1,1,1,1,1,1,1,1,1,1]',
      ...[1, 2, 3, 4, 5, 6].map(
        (n) =>
          `a${n}: &a${n} [${Array(10)
            .fill(`*a${n - 1}`)
            .join(',')}]`,
      ),
    ];
    expect(read(bomb.join('\n')).problems[0]?.found).toContain('too many values');
  });

  it('answers deep nesting with a problem, not a crash', () => {
    expect(read('['.repeat(200) + ']'.repeat(200)).problems.length).toBeGreaterThan(0);
    expect(read('['.repeat(100_000)).problems.length).toBeGreaterThan(0);
  });

  it('keeps a key called __proto__ a key', () => {
    const { data } = read('__proto__: { polluted: true }');
    expect(Object.keys(data as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses two documents in one file', () => {
    expect(read('a: 1\n---\na: 2\n').problems).toHaveLength(1);
  });
});
