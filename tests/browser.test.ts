import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, Instance } from './support/instance.ts';
import { Phone } from './support/phone.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';
import { haveTool } from './support/tools.ts';

const CHROMIUM = '/usr/bin/chromium';
const CLIENT = new URL('../packages/ari-client/dist/', import.meta.url);
const have = haveTool('chromium', CHROMIUM, '--version');

let server: Instance;
let phone: Phone;
let browser: Browser;
/** Where a page may come from to read what ARI says, and where not. */
let allowed: PageServer;
let refused: PageServer;
const contexts: BrowserContext[] = [];

/** Serves an empty page, and the client package to whoever imports it. */
class PageServer {
  readonly origin: string;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${port}`;
  }

  static async open(): Promise<PageServer> {
    const server = createServer((request, response) => {
      const path = request.url ?? '/';
      if (!path.startsWith('/client/')) {
        response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>');
        return;
      }
      const file = fileURLToPath(new URL(path.slice('/client/'.length), CLIENT));
      readFile(file).then(
        (text) => response.setHeader('content-type', 'text/javascript').end(text),
        () => response.writeHead(404).end(),
      );
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new PageServer(server, port);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe.runIf(have)('in Chromium', () => {
  beforeAll(async () => {
    allowed = await PageServer.open();
    refused = await PageServer.open();
    server = await Instance.create({
      'pjsip.conf': UDP + phoneConf('alice'),
      'extensions.conf': '[default]\nexten => desk,1,Stasis(desk,first)\n same => n,Hangup()\n',
      'ari.conf': `[general]
enabled=yes
allowed_origins=http://localhost:8088,${allowed.origin}
[asterisk]
type=user
password=secret
`,
    });
    await server.start();
    phone = await Phone.open({ server: server.sipPort, user: 'alice', password: 'secret' });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterEach(async () => {
    phone.hangUp();
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await phone?.close();
    await server?.close();
    allowed?.close();
    refused?.close();
  });

  const ari = (): string => `http://127.0.0.1:${server.httpPort}/ari`;

  async function visit(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext(options);
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** Runs this in the page with `ari` and `login` at hand, and gives what it returns. */
  const run = (page: Page, code: string): Promise<unknown> =>
    page.evaluate(
      `(async () => { const ari = ${JSON.stringify(ari())}, login = 'Basic ' + btoa('asterisk:secret');\n${code} })()`,
    );

  const ask = `const answer = await fetch(ari + path, { credentials: 'include', ...options })
    .then(async (got) => ({ status: got.status, text: await got.text() }), (error) => ({ refused: error.name }));
    return answer;`;

  describe('a page of another origin', () => {
    it('reads and writes when ari.conf allows its origin, after the preflight that headers and methods need', async () => {
      const page = await visit(allowed.origin);
      const told = await run(
        page,
        `const path = '/asterisk/ping', options = { headers: { authorization: login } }; ${ask}`,
      );
      expect(told).toMatchObject({ status: 200, text: expect.stringContaining('pong') });
      const put = await run(
        page,
        `const path = '/deviceStates/Stasis:lamp?deviceState=BUSY', options = { method: 'PUT', headers: { authorization: login } }; ${ask}`,
      );
      expect(put).toEqual({ status: 204, text: '' });
      const json = await run(
        page,
        `const path = '/asterisk/variable', options = { method: 'POST', body: '{"variable":"FROMPAGE","value":"yes"}',
          headers: { authorization: login, 'content-type': 'application/json' } }; ${ask}`,
      );
      expect(json).toEqual({ status: 204, text: '' });
      const got = await server.ari('GET', '/asterisk/variable?variable=FROMPAGE');
      expect(got.body).toEqual({ value: 'yes' });
      // A refusal is for the page to read, too.
      const wrong = await run(
        page,
        `const path = '/channels/none', options = { headers: { authorization: login } }; ${ask}`,
      );
      expect(wrong).toMatchObject({ status: 404, text: expect.stringContaining('Channel not found') });
    });

    it('goes in with what the browser knows of the user', async () => {
      const page = await visit(allowed.origin, {
        httpCredentials: { username: 'asterisk', password: 'secret', origin: ari().slice(0, -4) },
      });
      const told = await run(page, `const path = '/asterisk/ping', options = {}; ${ask}`);
      expect(told).toMatchObject({ status: 200, text: expect.stringContaining('pong') });
    });

    it('reads nothing, and changes nothing that needs a preflight, from an origin that is not listed', async () => {
      const page = await visit(refused.origin);
      for (const options of [
        `{ headers: { authorization: login } }`,
        `{ method: 'POST', body: '{"variable":"REFUSED","value":"yes"}', headers: { authorization: login, 'content-type': 'application/json' } }`,
      ]) {
        const path = options.includes('POST') ? '/asterisk/variable' : '/asterisk/ping';
        const told = await run(page, `const path = '${path}', options = ${options}; ${ask}`);
        expect(told).toEqual({ refused: 'TypeError' });
      }
      const got = await server.ari('GET', '/asterisk/variable?variable=REFUSED');
      expect(got.body).toEqual({ value: '' });
    });

    it('takes a call over an event socket, and asks over it', async () => {
      const page = await visit(allowed.origin);
      const done = run(
        page,
        `const socket = new WebSocket(ari.replace('http', 'ws') + '/events?app=desk&api_key=asterisk:secret');
        const ask = (method, uri) => socket.send(JSON.stringify({ type: 'RESTRequest', transaction_id: 't', request_id: uri, method, uri }));
        const seen = [];
        document.title = 'waiting';
        socket.onopen = () => { document.title = 'open'; };
        return new Promise((resolve, reject) => {
          socket.onerror = () => reject(new Error('the socket failed'));
          socket.onmessage = ({ data }) => {
            const event = JSON.parse(data);
            seen.push(event.type === 'RESTResponse' ? event.status_code : event.type);
            if (event.type === 'StasisStart') ask('POST', 'channels/' + event.channel.id + '/answer');
            if (event.type === 'RESTResponse' && event.request_id.endsWith('/answer'))
              ask('DELETE', event.request_id.slice(0, -'/answer'.length));
            if (event.type === 'StasisEnd') { socket.close(); resolve(seen); }
          };
        });`,
      );
      await expect.poll(() => page.title()).toBe('open');
      const call = await phone.call('desk');
      await call.answered;
      await call.ended;
      expect(await done).toEqual(expect.arrayContaining(['StasisStart', 204, 'StasisEnd']));
    });

    it('takes a call with the client package, unchanged', async () => {
      const page = await visit(allowed.origin);
      const done = run(
        page,
        `const { AriClient } = await import('/client/index.js');
        const client = new AriClient({ url: ari, username: 'asterisk', password: 'secret' });
        const events = client.listen({ apps: 'desk' });
        await events.ready;
        const start = events.next('StasisStart', { timeoutMs: 8000 });
        document.title = 'open';
        const { channel, args } = await start;
        await client.channels.answer({ channelId: channel.id });
        const end = events.next('StasisEnd', { timeoutMs: 8000 });
        await client.channels.hangup({ channelId: channel.id });
        await end;
        events.close();
        return { args, name: channel.name };`,
      );
      await expect.poll(() => page.title()).toBe('open');
      const call = await phone.call('desk');
      await call.answered;
      await call.ended;
      expect(await done).toEqual({ args: ['first'], name: expect.stringMatching(/^PJSIP\/alice-/) });
    });
  });

  describe('the page of operations', () => {
    const credentials = { username: 'asterisk', password: 'secret' };

    async function open(options: Parameters<Browser['newContext']>[0] = {}) {
      const context = await browser.newContext({ httpCredentials: credentials, ...options });
      contexts.push(context);
      const page = await context.newPage();
      const complaints: string[] = [];
      const asked: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => asked.push(request.url()));
      const answer = await page.goto(`${ari()}/docs`, { waitUntil: 'networkidle' });
      expect(answer?.status()).toBe(200);
      return { page, complaints, asked };
    }

    it('loads without a complaint and asks for nothing but itself', async () => {
      const { page, complaints, asked } = await open();
      expect(asked).toEqual([`${ari()}/docs`]);
      expect(complaints).toEqual([]);
      expect(await page.title()).not.toBe('');
      expect(await page.locator('summary').count()).toBeGreaterThan(100);
    });

    it('has a target for every link, and shows an operation that is opened', async () => {
      const { page } = await open();
      const lost = await page.evaluate(
        `[...document.querySelectorAll('a[href^="#"]')].map((each) => each.getAttribute('href').slice(1)).filter((id) => document.getElementById(id) === null)`,
      );
      expect(lost).toEqual([]);
      const table = page.locator('[id="channels.originate"] table');
      expect(await table.isVisible()).toBe(false);
      await page.locator('[id="channels.originate"] summary').click();
      expect(await table.isVisible()).toBe(true);
    });

    it.each([1280, 390])('fits into a window %i pixels wide, everything opened', async (width) => {
      const { page } = await open({ viewport: { width, height: 800 } });
      await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    });
  });
});
