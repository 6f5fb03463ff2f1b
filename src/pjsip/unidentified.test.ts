import { afterEach, beforeEach, expect, it } from 'vitest';
import { GlobalSettings } from './settings.ts';
import { PjsipBench } from './test-bench.ts';
import { UnidentifiedRequests } from './unidentified.ts';

let bench: PjsipBench;
let settings: GlobalSettings;
let requests: UnidentifiedRequests;

beforeEach(() => {
  bench = new PjsipBench();
  settings = new GlobalSettings(bench.sorcery);
  requests = new UnidentifiedRequests(settings, bench.clock);
});

afterEach(async () => {
  settings.close();
  await bench.close();
});

it('counts nobody while credentials do not tell who asks', () => {
  requests.add('192.0.2.7');
  expect([...requests.list()]).toEqual([]);
});

it('counts by address and forgets what is old, at the interval that is set', async () => {
  await bench.put('global', 'global', {
    endpoint_identifier_order: 'ip,auth_username',
    unidentified_request_period: '5',
    unidentified_request_prune_interval: '30',
  });
  const start = bench.clock.now();
  requests.add('192.0.2.7');
  requests.add('192.0.2.7');
  bench.clock.advance(25_000);
  requests.add('192.0.2.8');
  expect([...requests.list()]).toEqual([
    { address: '192.0.2.7', count: 2, firstAt: start },
    { address: '192.0.2.8', count: 1, firstAt: start + 25_000 },
  ]);
  bench.clock.advance(6_000);
  expect([...requests.list()].map((each) => each.address)).toEqual(['192.0.2.8']);
});

it('is not made to grow without end by addresses that are made up', async () => {
  await bench.put('global', 'global', { endpoint_identifier_order: 'auth_username' });
  for (let at = 0; at < 10_100; at++) requests.add(`10.0.${at >> 8}.${at & 255}`);
  expect([...requests.list()]).toHaveLength(10_000);
});
