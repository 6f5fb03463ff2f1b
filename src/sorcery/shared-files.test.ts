import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../tests/support/conf-files.ts';
import type { ConfFiles } from '../conf/index.ts';
import { SharedFiles } from './shared-files.ts';

describe('files that types share', () => {
  const reads: string[] = [];
  const memory = memoryFiles({ '/etc/a.conf': '[one]\nx=1\n', '/etc/broken.conf': '[unclosed\n' });
  const files: ConfFiles = {
    ...memory,
    read: (path) => {
      reads.push(path);
      return memory.read(path);
    },
  };
  const shared = new SharedFiles({ etcDir: '/etc', files });

  it('are read once for all of them, and anew the next time', () => {
    const twice = () => [shared.read('a.conf'), shared.read('a.conf')];
    const [first, second] = shared.sharing(twice);
    expect(first?.section('one')?.get('x')).toBe('1');
    expect(second).toBe(first);
    expect(reads).toHaveLength(1);
    const [later] = shared.sharing(twice);
    expect(later).not.toBe(first);
    shared.read('a.conf');
    expect(reads).toHaveLength(3);
  });

  it('are the same error for all of them when they are broken, and nothing when they are not there', () => {
    shared.sharing(() => {
      expect(() => shared.read('broken.conf')).toThrow('broken.conf:1');
      expect(() => shared.read('broken.conf')).toThrow('broken.conf:1');
      expect(shared.read('none.conf')).toBeUndefined();
    });
    expect(reads.filter((each) => each.endsWith('broken.conf'))).toHaveLength(1);
    expect(() =>
      shared.sharing(() => {
        throw new Error('work that fails');
      }),
    ).toThrow('work that fails');
    shared.read('a.conf');
    shared.read('a.conf');
    expect(reads).toHaveLength(6);
  });
});
