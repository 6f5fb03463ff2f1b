import { expect, it } from 'vitest';
import { Dialog } from '../dialog/dialog.ts';
import { SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { MemoryNetwork, MemoryTransport } from '../transport/memory.ts';
import type { Flow } from '../transport/transport.ts';
import { DialogTable } from './dialog-table.ts';
import type { DialogUser } from './host.ts';

function request(method: string, toTag = ''): SipRequest {
  const lines = [
    `${method} sip:bob@example.com SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1',
    'From: <sip:alice@example.com>;tag=fa',
    `To: <sip:bob@example.com>${toTag === '' ? '' : `;tag=${toTag}`}`,
    'Call-ID: c1',
    `CSeq: 7 ${method}`,
    'Contact: <sip:alice@192.0.2.9>',
    '',
    '',
  ];
  const message = parseMessage(Buffer.from(lines.join('\r\n')));
  if (!(message instanceof SipRequest)) throw new Error('no request');
  return message;
}

function flow(port: number): Flow {
  const transport = new MemoryTransport(new MemoryNetwork(), '192.0.2.1', 5060, 'tcp');
  return { transport, remote: { address: '192.0.2.9', port } };
}

const user = (more: Partial<DialogUser> = {}): DialogUser => ({
  receive: () => {},
  acknowledge: () => {},
  stop: () => {},
  ...more,
});

it('finds the dialog of a request by its Call-ID and both tags', () => {
  const table = new DialogTable();
  const dialog = Dialog.server(request('INVITE'), 'tb', 'early');
  table.adopt(dialog, user());
  expect(table.find(request('BYE', 'tb'), flow(1))?.dialog).toBe(dialog);
  expect(table.find(request('BYE', 'other'), flow(1))).toBeUndefined();
  expect(table.find(request('BYE'), flow(1))).toBeUndefined();
});

it('lets a dialog go, but not one that took its place', () => {
  const table = new DialogTable();
  const [first, second] = [0, 1].map(() => Dialog.server(request('INVITE'), 'tb', 'early'));
  if (first === undefined || second === undefined) throw new Error('no dialogs');
  table.adopt(first, user());
  table.adopt(second, user());
  table.release(first);
  expect(table.size).toBe(1);
  table.release(second);
  expect(table.size).toBe(0);
});

it('tells where requests of dialogs go to, and where the latest came from', () => {
  const table = new DialogTable();
  const [there, before, latest] = [flow(1), flow(2), flow(3)];
  table.adopt(Dialog.server(request('INVITE'), 'tb', 'early'), user({ flow: there }));
  expect([...table.flows()]).toEqual([there]);
  table.find(request('INFO', 'tb'), before);
  table.find(request('INFO', 'tb'), latest);
  expect([...table.flows()]).toEqual([there, latest]);
});

it('stops whoever has a dialog when it closes, also one that lets go of it meanwhile', () => {
  const table = new DialogTable();
  const stopped: string[] = [];
  const dialogs = ['t1', 't2'].map((tag) => Dialog.server(request('INVITE'), tag, 'early'));
  for (const each of dialogs) {
    const stop = () => {
      stopped.push(each.localTag);
      for (const other of dialogs) table.release(other);
    };
    table.adopt(each, user({ stop }));
  }
  table.close();
  expect(stopped).toEqual(['t1', 't2']);
  expect(table.size).toBe(0);
});
