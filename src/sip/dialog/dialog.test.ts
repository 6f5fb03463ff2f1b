import { describe, expect, it } from 'vitest';
import { respond } from '../message/build.ts';
import { SipParseError } from '../message/error.ts';
import { SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { Dialog, dialogKey } from './dialog.ts';

function invite(headers: string[] = [], uri = 'sip:bob@example.com'): SipRequest {
  const message = parseMessage(
    Buffer.from(
      [
        `INVITE ${uri} SIP/2.0`,
        'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1',
        'From: "A" <sip:alice@example.com>;tag=fa',
        'To: <sip:bob@example.com>',
        'Call-ID: c1',
        'CSeq: 7 INVITE',
        ...headers,
        '',
        '',
      ].join('\r\n'),
    ),
  );
  if (!(message instanceof SipRequest)) throw new Error('no request');
  return message;
}

const CONTACT = 'Contact: <sip:alice@192.0.2.9:5070>';
const ROUTES = [
  'Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>',
  'Record-Route: <sip:p3.example.com;lr>',
];

describe('the dialog of a callee (RFC 3261 §12.1.1)', () => {
  it('has what the request says, routes in their order', () => {
    const dialog = Dialog.server(invite([CONTACT, ...ROUTES]), 'tb', 'early');
    expect(dialog).toMatchObject({
      callId: 'c1',
      localTag: 'tb',
      remoteTag: 'fa',
      local: '<sip:bob@example.com>;tag=tb',
      remote: '"A" <sip:alice@example.com>;tag=fa',
      remoteTarget: 'sip:alice@192.0.2.9:5070',
      localCSeq: 0,
      remoteCSeq: 7,
      secure: false,
      state: 'early',
    });
    expect(dialog.routeSet).toEqual([
      '<sip:p1.example.com;lr>',
      '<sip:p2.example.com;lr>',
      '<sip:p3.example.com;lr>',
    ]);
    expect(dialog.key).toBe(dialogKey('c1', 'tb', 'fa'));
  });

  it('without a Contact goes back to From, with a broken one is refused', () => {
    expect(Dialog.server(invite(), 'tb', 'early').remoteTarget).toBe('sip:alice@example.com');
    expect(() => Dialog.server(invite(['Contact: <<']), 'tb', 'early')).toThrow(SipParseError);
  });

  it('is secure for a sips URI over TLS only', () => {
    expect(Dialog.server(invite([CONTACT], 'sips:bob@example.com'), 'tb', 'early', true).secure).toBe(true);
    expect(Dialog.server(invite([CONTACT], 'sips:bob@example.com'), 'tb', 'early', false).secure).toBe(false);
    expect(Dialog.server(invite([CONTACT]), 'tb', 'early', true).secure).toBe(false);
  });
});

describe('the dialog of a caller (RFC 3261 §12.1.2)', () => {
  const answer = (contact = '<sip:bob@192.0.2.8>') => {
    const request = invite([CONTACT, ...ROUTES]);
    return {
      request,
      response: respond(request, 200, undefined, { toTag: 'tb', headers: [['Contact', contact]] }),
    };
  };

  it('has what the response says, routes turned round', () => {
    const { request, response } = answer();
    const dialog = Dialog.client(request, response, 'confirmed');
    expect(dialog).toMatchObject({
      localTag: 'fa',
      remoteTag: 'tb',
      remoteTarget: 'sip:bob@192.0.2.8',
      localCSeq: 7,
      remoteCSeq: -1,
    });
    expect(dialog.routeSet).toEqual([
      '<sip:p3.example.com;lr>',
      '<sip:p2.example.com;lr>',
      '<sip:p1.example.com;lr>',
    ]);
  });

  it('takes target and routes anew from the 2xx, and not after that', () => {
    const { request, response } = answer();
    const dialog = Dialog.client(request, respond(request, 180, undefined, { toTag: 'tb' }), 'early');
    expect(dialog.remoteTarget).toBe('sip:bob@example.com');
    response.remove('Record-Route');
    dialog.confirm(response);
    expect(dialog.state).toBe('confirmed');
    expect(dialog.routeSet).toEqual([]);
    expect(dialog.remoteTarget).toBe('sip:bob@192.0.2.8');
    dialog.confirm(answer('<sip:other@192.0.2.7>').response);
    expect(dialog.routeSet).toEqual([]);
    expect(dialog.remoteTarget).toBe('sip:bob@192.0.2.8');
  });

  it('does not come back once it is terminated', () => {
    const { request, response } = answer();
    const dialog = Dialog.client(request, response, 'early');
    dialog.terminate();
    dialog.confirm(response);
    expect(dialog.state).toBe('terminated');
  });
});

describe('requests inside a dialog', () => {
  it('of ours count up; the ACK has the number of its INVITE', () => {
    const dialog = Dialog.server(invite([CONTACT]), 'tb', 'confirmed');
    const info = dialog.request('INFO', { headers: [['X', 'y']], body: 'b', contentType: 'text/plain' });
    expect(info.cseq).toEqual({ number: 1, method: 'INFO' });
    expect([info.get('X'), info.get('Content-Type'), info.body.toString()]).toEqual(['y', 'text/plain', 'b']);
    expect(dialog.request('BYE').cseq.number).toBe(2);
    expect(dialog.ack(1).cseq).toEqual({ number: 1, method: 'ACK' });
    expect(dialog.localCSeq).toBe(2);
  });

  it('of ours go by loose routes, or through a strict one (RFC 3261 §12.2.1.1)', () => {
    const loose = Dialog.server(invite([CONTACT, ...ROUTES]), 'tb', 'confirmed').request('BYE');
    expect(loose.uri).toBe('sip:alice@192.0.2.9:5070');
    expect(loose.getAll('Route')).toHaveLength(3);
    const strict = Dialog.server(
      invite([CONTACT, 'Record-Route: <sip:old.example.com?x=y>, <sip:p2.example.com;lr>']),
      'tb',
      'confirmed',
    ).request('BYE');
    expect(strict.uri).toBe('sip:old.example.com');
    expect(strict.getAll('Route')).toEqual(['<sip:p2.example.com;lr>', '<sip:alice@192.0.2.9:5070>']);
  });

  it('of the peer must have rising numbers; gaps are fine, ACK and CANCEL are not counted', () => {
    const dialog = Dialog.server(invite([CONTACT]), 'tb', 'confirmed');
    const numbered = (number: number, method = 'INFO') => {
      const request = new SipRequest(method, 'sip:x@y');
      request.append('CSeq', `${number} ${method}`);
      return request;
    };
    expect(dialog.accept(numbered(7))).toBe(false);
    expect(dialog.accept(numbered(20))).toBe(true);
    expect(dialog.accept(numbered(20))).toBe(false);
    expect(dialog.accept(numbered(19))).toBe(false);
    expect(dialog.accept(numbered(7, 'ACK'))).toBe(true);
    expect(dialog.accept(numbered(21))).toBe(true);
  });

  it('move the target only when they may', () => {
    const dialog = Dialog.server(invite([CONTACT]), 'tb', 'confirmed');
    const moved = new SipRequest('X', 'sip:x@y').append('Contact', '<sip:new@192.0.2.99>');
    dialog.refresh(moved, 'INFO');
    expect(dialog.remoteTarget).toBe('sip:alice@192.0.2.9:5070');
    dialog.refresh(new SipRequest('UPDATE', 'sip:x@y'), 'UPDATE');
    expect(dialog.remoteTarget).toBe('sip:alice@192.0.2.9:5070');
    dialog.refresh(moved, 'UPDATE');
    expect(dialog.remoteTarget).toBe('sip:new@192.0.2.99');
  });
});
