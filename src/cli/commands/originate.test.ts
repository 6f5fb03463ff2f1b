import { describe, expect, it } from 'vitest';
import type { OriginateOrder } from '../../dialplan/index.ts';
import { RequestError } from '../../switch/index.ts';
import type { CliContext } from '../command.ts';
import { originateCommand } from './originate.ts';

function run(...args: string[]) {
  const orders: OriginateOrder[] = [];
  const context = {
    dialplan: {
      originator: {
        originate: async (order: OriginateOrder) => {
          orders.push(order);
          throw new RequestError(3, 'nobody there');
        },
      },
    },
  };
  const text = originateCommand.run(context as unknown as CliContext, args, {} as never);
  return { text, orders };
}

describe('channel originate', () => {
  it('orders an application, its data put together', () => {
    const { text, orders } = run('PJSIP/alice', 'application', 'Playback', 'beep&beep', 'skip');
    expect(text).toBe('');
    expect(orders).toMatchObject([
      {
        technology: 'PJSIP',
        resource: 'alice',
        timeoutMs: 30_000,
        target: { kind: 'application', name: 'Playback', data: 'beep&beep skip' },
      },
    ]);
  });

  it.each([
    ['100@inside', '100', 'inside'],
    ['inside', 's', 'inside'],
    ['100@', '100', 'default'],
    ['', 's', 'default'],
  ])('orders the extension %s', (given, exten, context) => {
    expect(run('Local/1@a/n', 'EXTENSION', given).orders).toMatchObject([
      { resource: '1@a/n', target: { kind: 'extension', exten, context, priority: 1 } },
    ]);
  });

  it('orders nothing that it does not understand', () => {
    for (const args of [
      ['PJSIP/alice', 'application'],
      ['PJSIP/alice', 'other', 'x'],
      ['PJSIP/alice', 'extension', 'a', 'b'],
      ['alice', 'application', 'Wait'],
      ['PJSIP/', 'application', 'Wait'],
    ]) {
      const { text, orders } = run(...args);
      expect(text).toContain('Usage: channel originate <tech/data> application');
      expect(orders).toEqual([]);
    }
  });
});
