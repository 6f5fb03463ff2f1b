import { createServer, type Server, type Socket } from 'node:net';
import type { UpstreamView } from '../../src/ami/index.ts';
import { type AmiBench, type AmiSetup, MANAGER_CONF, Opened } from './ami.ts';
import { until } from './until.ts';

/** Users of the server in the middle: one who may do everything, one who hears calls only, one who is no user of others. */
export const LOCAL_CONF = `${MANAGER_CONF}
[watcher]
secret=w
read=call
write=call
[stranger]
secret=x
read=all
write=all
`;

/** The same with servers in the middle. */
export class OpenedProxies extends Opened {
  /** A server in the middle, with these sections in amiproxy.conf. */
  middle(proxyConf: string, setup: AmiSetup = {}): Promise<AmiBench> {
    const files = { 'manager.conf': LOCAL_CONF, 'amiproxy.conf': `[general]\nenabled=yes\n${proxyConf}` };
    return this.bench({ ...setup, files: { ...files, ...setup.files } });
  }

  /** Two servers and one in the middle that is connected to both. */
  async three(): Promise<Record<'east' | 'west' | 'middle', AmiBench>> {
    const [east, west] = [await this.bench(), await this.bench()];
    const middle = await this.middle(
      section('east', east.ami.port) + section('west', west.ami.port, 'auth=plain'),
    );
    await isUp(middle, 'east', 'west');
    return { east, west, middle };
  }
}

/** A section for a server that may be on any port. */
export function section(name: string, port: number | undefined, ...more: readonly string[]): string {
  const lines = [
    `host=127.0.0.1`,
    `port=${port ?? 0}`,
    'username=admin',
    'secret=s3cret',
    'users=admin,watcher',
  ];
  return `[${name}]\n${[...lines, 'reconnectmin=0.1', 'reconnectmax=0.2', ...more].join('\n')}\n`;
}

export function viewOf(bench: AmiBench, name: string): UpstreamView {
  const found = [...bench.ami.view.proxies()].find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no server ${name}`);
  return found;
}

/** Resolves when these servers are connected. */
export function isUp(bench: AmiBench, ...names: readonly string[]): Promise<void> {
  return until(() => names.every((each) => viewOf(bench, each).state.kind === 'up'));
}

/** A server that says what the test wants: logs everybody in, and keeps what it is sent. */
export class FakeServer {
  readonly #server: Server;
  readonly sockets = new Set<Socket>();
  /** Actions behind the login, as they came. */
  readonly asked: string[] = [];
  connections = 0;
  /** Called with each action behind the login. */
  answer: (packet: string, socket: Socket) => void = () => {};

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async open(): Promise<FakeServer> {
    const fake = new FakeServer();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  #accept(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setEncoding('utf8');
    let rest = '';
    socket.on('data', (chunk: unknown) => {
      rest += String(chunk);
      for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
        const packet = rest.slice(0, end);
        rest = rest.slice(end + 4);
        if (packet.startsWith('Action: Challenge'))
          socket.write('Response: Success\r\nChallenge: 123456\r\n\r\n');
        else if (packet.startsWith('Action: Login'))
          socket.write('Response: Success\r\nMessage: hello\r\n\r\n');
        else {
          this.asked.push(packet);
          this.answer(packet, socket);
        }
      }
    });
    socket.write('Asterisk Call Manager/11.0.0\r\n');
  }

  /** Sends to everybody who is connected. */
  say(text: string): void {
    for (const each of this.sockets) each.write(text);
  }

  close(): Promise<void> {
    for (const each of this.sockets) each.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** The ActionID of an action as it came. */
export function idOf(packet: string): string {
  return /^ActionID: (.*)$/m.exec(packet)?.[1]?.trim() ?? '';
}
