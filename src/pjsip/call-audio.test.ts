import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Flow } from '../sip/index.ts';
import { rtpAddress } from './call-audio.ts';
import { PjsipBench, remote } from './test-bench.ts';

let bench: PjsipBench;
beforeEach(() => {
  bench = new PjsipBench();
});
afterEach(() => bench.close());

it('audio is bound with its SIP, or to the address that it is to be sent to where the endpoint wants that', async () => {
  const at = (localAddress: string) => ({ transport: { localAddress }, remote }) as Flow;
  const plain = await bench.put('endpoint', 'a');
  expect(rtpAddress(plain, at('127.0.0.1'))).toBe('127.0.0.1');
  expect(rtpAddress(plain, at('::1'))).toBe('::1');
  expect(rtpAddress(plain, at('0.0.0.0'))).toBeUndefined();
  expect(rtpAddress(plain, at('::'))).toBeUndefined();
  // It may be the address of a router before this machine.
  const told = await bench.put('endpoint', 'b', { media_address: '192.0.2.5' });
  expect(rtpAddress(told, at('127.0.0.1'))).toBeUndefined();
  const own = await bench.put('endpoint', 'c', {
    media_address: '192.0.2.5',
    bind_rtp_to_media_address: 'yes',
  });
  expect(rtpAddress(own, at('127.0.0.1'))).toBe('192.0.2.5');
});
