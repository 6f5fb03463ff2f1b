import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AmiBench, type AmiSetup, MANAGER_CONF } from '../../../tests/support/ami.ts';
import { loadConfigIfPresent } from '../../conf/index.ts';
import { HttpServer, readHttpConfig } from '../../http/index.ts';
import { silentLogger } from '../../log/index.ts';
import { FakeClock } from '../../platform/index.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

const WEB = MANAGER_CONF.replace('[admin]', 'webenabled=yes\n[admin]');

async function open(setup: AmiSetup = {}, conf = WEB) {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-http-'));
  closers.push(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'http.conf'), '[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=0\n');
  const http = await HttpServer.listen({
    config: readHttpConfig(loadConfigIfPresent('http.conf', { etcDir: dir })),
    serverHeader: 'test',
    log: silentLogger,
  });
  closers.push(() => http.close());
  const bench = await AmiBench.open({ ...setup, files: { 'manager.conf': conf }, http });
  closers.push(() => bench.close());
  const ask = (path: string, headers: Record<string, string> = {}, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const options = { host: '127.0.0.1', port: http.port, path, method, headers, agent: false };
      const request = httpRequest(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  const login = async () => {
    const answer = await ask('/rawman?action=login&username=admin&secret=s3cret');
    return { Cookie: String(answer.headers['set-cookie']?.[0]).split(';')[0] ?? '' };
  };
  return { bench, ask, login };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('the manager interface over HTTP', () => {
  it('is there when manager.conf says so', async () => {
    const off = await open({}, MANAGER_CONF);
    expect((await off.ask('/rawman?action=ping')).status).toBe(404);
    off.bench.write('manager.conf', WEB);
    await off.bench.ami.reload();
    expect((await off.ask('/rawman?action=ping')).status).toBe(200);
    off.bench.write('manager.conf', MANAGER_CONF);
    await off.bench.ami.reload();
    expect((await off.ask('/rawman?action=ping')).status).toBe(404);
  });

  it('knows a client by its cookie from the login on', async () => {
    const { ask, login } = await open();
    expect((await ask('/rawman?action=ping')).text).toBe(
      'Response: Error\r\nMessage: Permission denied\r\n\r\n',
    );
    const cookie = await login();
    expect(cookie.Cookie).toMatch(/^mansession_id="[0-9a-f]{48}"$/);
    expect((await ask('/rawman?action=ping&actionid=x', cookie)).text).toMatch(
      /^Response: Success\r\nActionID: x\r\nPing: Pong\r\nTimestamp: [\d.]+\r\n\r\n$/,
    );
    expect((await ask('/rawman?action=logoff', cookie)).text).toContain('Goodbye');
    expect((await ask('/rawman?action=ping', cookie)).text).toContain('Permission denied');
  });

  it('takes forms as it takes queries', async () => {
    const { ask, login } = await open();
    const cookie = await login();
    const put = await ask('/rawman', cookie, 'action=dbput&family=h&key=k&val=a%20b+c%26');
    expect(put.text).toContain('Updated database successfully');
    expect((await ask('/rawman?action=dbget&family=h&key=k', cookie)).text).toContain('Val: a b c&\r\n');
  });

  it('writes XML and HTML that nothing in a value breaks', async () => {
    const { ask, login } = await open();
    const cookie = await login();
    await ask(
      '/rawman',
      cookie,
      `action=dbput&family=h&key=k&val=${encodeURIComponent(`<b a='1'>&"\u0001`)}`,
    );
    const xml = await ask('/mxml?action=dbget&family=h&key=k&ajaxdest=%27x&ajaxobjtype=a%20b', cookie);
    expect(xml.headers['content-type']).toBe('text/xml');
    expect(xml.text).toContain(
      "<response type='object' id='&apos;x'><generic event='DBGetResponse' family='h' key='k' val='&lt;b a=&apos;1&apos;&gt;&amp;&quot;?' /></response>",
    );
    const html = await ask('/manager?action=dbget&family=h&key=k', cookie);
    expect(html.text).toContain('<td>&lt;b a=&apos;1&apos;&gt;&amp;&quot;?</td>');
  });

  it('gives repeated headers of an answer names of their own in XML', async () => {
    const { ask, login } = await open({
      ports: { cli: { execute: async () => ({ text: 'one\ntwo\n', failed: false }) } },
    });
    expect((await ask('/mxml?action=command&command=x', await login())).text).toContain(
      "output='one' output-1='two' />",
    );
  });

  it('keeps events for who waits for them', async () => {
    const { ask, login, bench } = await open();
    const cookie = await login();
    await ask('/rawman?action=waitevent&timeout=1', cookie);
    bench.switch.events.emit('userEvent', undefined, 'First', []);
    const kept = await ask('/rawman?action=waitevent&timeout=30', cookie);
    expect(kept.text).toMatch(
      /^Response: Success\r\nMessage: Waiting for Event completed\.\r\n\r\nEvent: UserEvent\r\n[\s\S]*UserEvent: First\r\n\r\nEvent: WaitEventComplete\r\n\r\n$/,
    );
    const waiting = ask('/mxml?action=waitevent&timeout=30', cookie);
    setTimeout(() => bench.switch.events.emit('userEvent', undefined, 'Second', []), 50);
    expect((await waiting).text).toContain(
      "<generic event='UserEvent' privilege='user,all' userevent='Second' />",
    );
  });

  it('ends a wait when the client asks something else', async () => {
    const { ask, login } = await open();
    const cookie = await login();
    await ask('/rawman?action=waitevent&timeout=1', cookie);
    const waiting = ask('/rawman?action=waitevent&timeout=30', cookie);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await ask('/rawman?action=ping', cookie)).text).toContain('Pong');
    expect((await waiting).text).toContain('WaitEventComplete');
  });

  it('forgets who stays away for httptimeout', async () => {
    const clock = new FakeClock();
    const { ask, login, bench } = await open({ clock });
    const cookie = await login();
    clock.advance(59_000);
    expect((await ask('/rawman?action=ping', cookie)).text).toContain('Pong');
    clock.advance(60_000);
    expect((await ask('/rawman?action=ping', cookie)).text).toContain('Permission denied');
    expect([...bench.ami.sessions()]).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('does not remember strangers', async () => {
    const { ask, bench } = await open();
    for (let count = 0; count < 20; count++) await ask('/rawman?action=ping');
    expect([...bench.ami.sessions()]).toEqual([]);
  });

  it('refuses what a foreign page makes a browser send', async () => {
    const { ask, login } = await open();
    const cookie = await login();
    const answer = await ask('/rawman?action=ping', { ...cookie, 'Sec-Fetch-Site': 'cross-site' });
    expect(answer.status).toBe(403);
    const own = await ask('/rawman?action=ping', { ...cookie, 'Sec-Fetch-Site': 'same-origin' });
    expect(own.status).toBe(200);
  });

  it('keeps line breaks of a value out of answers and events', async () => {
    const { ask, login } = await open();
    const cookie = await login();
    const forged = encodeURIComponent('x\r\nResponse: Success\r\n\r\nEvent: Forged');
    const answer = await ask(`/rawman?action=${forged}&actionid=${forged}`, cookie);
    expect(answer.text.match(/^(Response|Event):/gm)).toEqual(['Response:']);
    expect((await ask(`/rawman?${'a=1&'.repeat(200)}`, cookie)).status).toBe(400);
  });
});

describe('its digest variants', () => {
  const digest = (challenge: string, path: string, count: number, secret = 's3cret') => {
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const nc = count.toString(16).padStart(8, '0');
    const response = md5(`${md5(`admin:asterisk:${secret}`)}:${nonce}:${nc}:c:auth:${md5(`GET:${path}`)}`);
    return {
      Authorization: `Digest username="admin", realm="asterisk", nonce="${nonce}", uri="${path}", qop=auth, nc=${nc}, cnonce="c", response="${response}", algorithm=MD5`,
    };
  };

  it('log a client in with each request, and count them', async () => {
    const { ask, bench } = await open();
    const path = '/arawman?action=ping';
    const first = await ask(path);
    expect(first.status).toBe(401);
    const challenge = String(first.headers['www-authenticate']);
    expect(challenge).toMatch(
      /^Digest algorithm=MD5, realm="asterisk", nonce="[0-9a-f]+", qop="auth", opaque=/,
    );
    expect((await ask(path, digest(challenge, path, 1))).text).toContain('Pong');
    expect((await ask(path, digest(challenge, path, 2))).text).toContain('Pong');
    expect([...bench.ami.sessions()]).toHaveLength(1);
    const repeated = await ask(path, digest(challenge, path, 2));
    expect([repeated.status, repeated.headers['www-authenticate']]).toEqual([
      401,
      expect.stringContaining('stale=true'),
    ]);
  });

  it('refuse a wrong secret, another address, and a nonce that is not theirs', async () => {
    const clock = new FakeClock();
    const { ask } = await open({ clock });
    const path = '/amxml?action=ping';
    const challenge = String((await ask(path)).headers['www-authenticate']);
    const wrong = ask(path, digest(challenge, path, 1, 'bad'));
    while (clock.pending === 0) await turn();
    clock.advance(1_000);
    expect((await wrong).status).toBe(401);
    expect((await ask('/amxml?action=corestatus', digest(challenge, path, 2))).status).toBe(401);
    const forged = challenge.replace(/nonce="[^"]+"/, `nonce="${'0'.repeat(56)}"`);
    expect((await ask(path, digest(forged, path, 1))).status).toBe(401);
    clock.advance(61_000);
    const late = await ask(path, digest(challenge, path, 3));
    expect(late.headers['www-authenticate']).toContain('stale=true');
  });
});
