import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AmiTestClient, told } from './support/ami.ts';
import { freePort, Instance } from './support/instance.ts';

const instances: Instance[] = [];
afterEach(async () => {
  await Promise.all(instances.splice(0).map((each) => each.close()));
});

const page = readFileSync(new URL('../docs/ami.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('## Other servers'), page.indexOf('## JSON lines'));
/** The file and the conversation of the page. */
const [file = '', conversation = ''] = [...section.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(
  ([, text]) => text,
);

async function start(port: number, user: string, files: Record<string, string> = {}): Promise<Instance> {
  const server = await Instance.create({
    'manager.conf': `[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=${port}\n[${user}]\nsecret=…\nread=all\nwrite=all\n`,
    ...files,
  });
  instances.push(server);
  await server.start();
  return server;
}

async function isShown(server: Instance, state: RegExp): Promise<string> {
  for (let at = 0; at < 100; at++) {
    const { stdout } = await server.rx('manager show proxies');
    if (state.test(stdout)) return stdout;
    await sleep(50);
  }
  throw new Error(`never shown: ${(await server.rx('manager show proxies')).stdout}`);
}

/** Sends what the page sends, and gives back what came between. */
async function replay(port: number): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  const heard = createInterface({ input: socket })[Symbol.asyncIterator]();
  const transcript: string[] = [];
  for (const line of conversation.trim().split('\n')) {
    transcript.push(line);
    if (line.startsWith('{"Action"')) socket.write(`${line}\n`);
    else {
      transcript.pop();
      const next = await heard.next();
      transcript.push(String(next.value));
    }
  }
  socket.destroy();
  return transcript;
}

describe('a server between a client and another server', () => {
  it('does what docs/ami.md shows, and comes back to a server that was killed', async () => {
    const [eastPort, middlePort, jsonPort] = [await freePort(), await freePort(), await freePort()];
    const east = await start(eastPort, 'proxy');
    const conf = file
      .replace('192.0.2.10', `127.0.0.1\nport=${eastPort}\nreconnectmin=0.1\nreconnectmax=0.3`)
      .replace('[east]', `jsonport=${jsonPort}\nwebsocket=yes\n[east]`);
    const middle = await start(middlePort, 'admin', { 'amiproxy.conf': conf });
    await isShown(middle, /^east .* up .*\n1 servers, 1 connected\.$/m);
    expect(await replay(jsonPort)).toEqual(conversation.trim().split('\n'));

    const client = new AmiTestClient(middlePort);
    await client.login('admin', '…', 'Events: system');
    await client.until('Event', 'FullyBooted');
    await east.stop('SIGKILL');
    expect(await isShown(middle, /^east .* (?:away|connecting) /m)).toContain('0 connected');
    const away = await client.ask('Action: Ping', 'Server: east');
    expect(told(away, 'Message')).toMatch(/^Server 'east' is away: /);
    await east.start();
    for (;;) {
      const booted = await client.until('Event', 'FullyBooted');
      if (told(booted, 'Server') === 'east') break;
    }
    expect(told(await client.ask('Action: Ping', 'Server: east'), 'Ping')).toBe('Pong');
    client.close();

    const webSocket = new WebSocket(`ws://127.0.0.1:${middle.httpPort}/ami`);
    const messages: string[] = [];
    webSocket.on('message', (data) => messages.push(String(data)));
    await new Promise((resolve) => webSocket.on('open', resolve));
    webSocket.send('{"Action":"Login","Username":"admin","Secret":"…","Events":"off"}');
    webSocket.send('{"Action":"Ping","Server":"east"}');
    for (let at = 0; at < 200 && messages.length < 2; at++) await sleep(10);
    expect(JSON.parse(messages[1] ?? '{}')).toMatchObject({ Server: 'east', Ping: 'Pong' });
    webSocket.terminate();
    expect(await middle.stop()).toBe(0);
  }, 60_000);
});
