import { createHash, randomInt } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { isFalse } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';
import type { Clock, Timer } from '../platform/index.ts';
import { sameText } from '../security/index.ts';
import type { AmiConfig } from './ami-config.ts';
import { header, type Packet, PacketReader, render } from './packet.ts';

export interface AmiServerOptions {
  readonly config: AmiConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly startedAt: number;
  readonly lastReloadAt: () => number;
}

/** Told first, and what clients switch on. */
const BANNER = 'Asterisk Call Manager/11.0.0\r\n';

/** The listener of the manager interface and its sessions. */
export class AmiServer {
  #options: AmiServerOptions;
  readonly #server: Server;
  readonly #sessions = new Set<Session>();

  private constructor(options: AmiServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @throws {Error} when the address cannot be had */
  static async listen(options: AmiServerOptions): Promise<AmiServer> {
    const ami = new AmiServer(options);
    await new Promise<void>((resolve, reject) => {
      ami.#server.once('error', reject);
      ami.#server.listen(options.config.port, options.config.address, resolve);
    });
    return ami;
  }

  /** Follows users and limits of another configuration; false when it asks for another listener, or none. */
  reconfigure(config: AmiConfig): boolean {
    const { enabled, address, port } = this.#options.config;
    if (!config.enabled || !enabled || config.address !== address || config.port !== port) return false;
    this.#options = { ...this.#options, config };
    return true;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #accept(socket: Socket): void {
    const strangers = [...this.#sessions].filter((each) => each.user === undefined).length;
    if (strangers >= this.#options.config.authLimit) {
      this.#options.log.warning(
        `Too many connections without login (authlimit ${this.#options.config.authLimit})`,
      );
      socket.destroy();
      return;
    }
    const session = new Session(socket, this.#options);
    this.#sessions.add(session);
    socket.on('close', () => {
      session.close();
      this.#sessions.delete(session);
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    await closed;
  }
}

class Session {
  user: string | undefined;
  readonly #socket: Socket;
  readonly #options: AmiServerOptions;
  readonly #deadline: Timer;
  #challenge: string | undefined;

  constructor(socket: Socket, options: AmiServerOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    const reader = new PacketReader((packet) => this.#packet(packet));
    socket.on('data', (chunk) => {
      if (!reader.take(chunk.toString())) socket.destroy();
    });
    this.#deadline = options.clock.after(options.config.authTimeout * 1000, () => socket.destroy());
    socket.write(BANNER);
  }

  close(): void {
    this.#deadline.cancel();
    this.#socket.destroy();
  }

  #packet(packet: Packet): void {
    const id = header(packet, 'ActionID');
    const answer = (...lines: [string, string][]) =>
      this.#socket.write(
        render([
          lines[0] ?? ['Response', 'Error'],
          ...(id === undefined ? [] : [['ActionID', id] as const]),
          ...lines.slice(1),
        ]),
      );
    const refuse = (message: string) => answer(['Response', 'Error'], ['Message', message]);
    const action = (header(packet, 'Action') ?? '').toLowerCase();
    switch (action) {
      case '':
        refuse('Missing action in request');
        return;
      case 'challenge':
        if ((header(packet, 'AuthType') ?? '').toUpperCase() !== 'MD5') {
          refuse('Must specify AuthType');
          return;
        }
        this.#challenge ??= String(randomInt(1, 2 ** 31));
        answer(['Response', 'Success'], ['Challenge', this.#challenge]);
        return;
      case 'login':
        this.#login(packet, answer, refuse);
        return;
      case 'logoff':
        answer(['Response', 'Goodbye'], ['Message', 'Thanks for all the fish.']);
        this.#socket.end();
        return;
    }
    if (this.user === undefined) refuse('Permission denied');
    else if (action === 'ping') {
      answer(
        ['Response', 'Success'],
        ['Ping', 'Pong'],
        ['Timestamp', (this.#options.clock.now() / 1000).toFixed(6)],
      );
    } else refuse('Invalid/unknown command');
  }

  #login(
    packet: Packet,
    answer: (...lines: [string, string][]) => void,
    refuse: (message: string) => void,
  ): void {
    const name = header(packet, 'Username') ?? '';
    const user = this.#options.config.users.get(name);
    const key = header(packet, 'Key');
    const given = key ?? header(packet, 'Secret') ?? '';
    // An unknown user costs the same comparison as a wrong secret.
    const secret = user?.secret ?? '';
    const expected =
      key === undefined
        ? secret
        : createHash('md5')
            .update(`${this.#challenge ?? ''}${secret}`)
            .digest('hex');
    const fresh = key === undefined || this.#challenge !== undefined;
    if (!sameText(given, expected) || user === undefined || !fresh) {
      this.#options.log.log(
        'security',
        `Login of '${name}' at the manager interface failed from ${this.#socket.remoteAddress}`,
      );
      refuse('Authentication failed');
      this.#socket.end();
      return;
    }
    this.user = name;
    this.#deadline.cancel();
    answer(['Response', 'Success'], ['Message', 'Authentication accepted']);
    if (isFalse(header(packet, 'Events'))) return;
    const now = this.#options.clock.now();
    const since = (at: number) => String(Math.floor((now - at) / 1000));
    this.#socket.write(
      render([
        ['Event', 'FullyBooted'],
        ['Privilege', 'system,all'],
        ['Uptime', since(this.#options.startedAt)],
        ['LastReload', since(this.#options.lastReloadAt())],
        ['Status', 'Fully Booted'],
      ]),
    );
  }
}
