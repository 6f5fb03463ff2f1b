import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpServer, readHttpConfig, respond } from '../http/index.ts';
import { memoryLogger } from '../log/index.ts';
import { Metrics, type MetricsConfig, readMetricsConfig } from './index.ts';

let http: HttpServer;
let metrics: Metrics;
const counts = { channels: 2, calls: 7 };
const servers = [
  { name: 'east', up: true },
  { name: 'west', up: false },
];
const on: MetricsConfig = { ...readMetricsConfig(undefined), enabled: true };

beforeEach(async () => {
  const config = { ...readHttpConfig(undefined), bind: { address: '127.0.0.1', port: 0 } };
  http = await HttpServer.listen({ config, serverHeader: 'Test/1', log: memoryLogger() });
  http.handle('door', {
    request: (_request, response) => respond(response, 'Test/1', 200, undefined, 'text/plain', 'ok'),
  });
  metrics = new Metrics({
    http,
    log: memoryLogger(),
    ports: {
      entityId: '02:fc',
      version: '22.10.1',
      startedAt: 0,
      lastReloadAt: () => 0,
      now: () => 90_500,
      channels: () => counts.channels,
      calls: () => counts.calls,
      endpoints: () => 5,
      applications: () => 1,
      eventSockets: () => 3,
      eventSocketsDropped: () => 4,
      managerServers: () => servers,
      httpConnections: () => http.connections(),
      httpRefused: () => http.refused,
    },
  });
});
afterEach(async () => {
  metrics.close();
  await http.close();
});

const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${http.port}${path}`, init);

describe('the numbers', () => {
  it('are not there until they are asked for', async () => {
    await metrics.apply(readMetricsConfig(undefined));
    expect((await get('/metrics')).status).toBe(404);
  });

  it('have the names of the original and their own, and follow what they count', async () => {
    await metrics.apply(on);
    const text = await (await get('/metrics')).text();
    expect(text).toContain('asterisk_channels_count{eid="02:fc"} 2\n');
    expect(text).toContain('asterisk_calls_sum{eid="02:fc"} 7\n');
    expect(text).toContain('asterisk_core_uptime_seconds{eid="02:fc"} 90\n');
    expect(text).toContain('asterism_event_sockets_dropped_total{eid="02:fc"} 4\n');
    expect(text).toContain('asterism_manager_server_up{server="east",eid="02:fc"} 1\n');
    expect(text).toContain('asterism_manager_server_up{server="west",eid="02:fc"} 0\n');
    expect(text).toContain('asterism_nodejs_eventloop_lag_seconds');
    counts.calls = 9;
    servers.pop();
    const later = await (await get('/metrics')).text();
    expect(later).toContain('asterisk_calls_sum{eid="02:fc"} 9\n');
    expect(later).not.toContain('server="west"');
  });

  it('count requests and their time', async () => {
    await metrics.apply({ ...on, core: false });
    for (const path of ['/door', '/door', '/nosuch']) await get(path);
    const text = await (await get('/metrics')).text();
    expect(text).toContain('asterism_http_requests_total{status="2xx",eid="02:fc"} 2\n');
    expect(text).toContain('asterism_http_requests_total{status="4xx",eid="02:fc"} 1\n');
    expect(text).toContain('asterism_http_request_seconds_count{eid="02:fc"} 3\n');
    expect(text).not.toContain('nodejs');
  });

  it('are shown to those who log in, when prometheus.conf says so', async () => {
    await metrics.apply({ ...on, uri: 'numbers', login: { username: 'u', password: 'p' } });
    const refused = await get('/numbers');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="Asterisk Prometheus Metrics"');
    const login = (text: string) => ({
      headers: { Authorization: `Basic ${Buffer.from(text).toString('base64')}` },
    });
    expect((await get('/numbers', login('u:x'))).status).toBe(401);
    const shown = await get('/numbers', login('u:p'));
    expect([shown.status, shown.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/plain'),
    ]);
    expect((await get('/numbers/x', login('u:p'))).status).toBe(404);
    expect((await get('/numbers', { ...login('u:p'), method: 'POST' })).status).toBe(501);
  });

  it('go away with a reload, and may come back', async () => {
    await metrics.apply(on);
    await metrics.apply(readMetricsConfig(undefined));
    expect((await get('/metrics')).status).toBe(404);
    await metrics.apply(on);
    expect((await get('/metrics')).status).toBe(200);
  });
});
