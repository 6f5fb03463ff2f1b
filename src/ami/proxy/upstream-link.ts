import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Clock, Timer } from '../../platform/index.ts';
import type { UpstreamConfig, UpstreamTls } from './proxy-config.ts';
import { fieldOf, firstValue, MAX_UPSTREAM_LINE, UpstreamReader } from './upstream-packet.ts';

/** How long it may take until the login is answered. */
export const LOGIN_MS = 10_000;
/** What may wait to be read by a server. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const BANNER = 'Asterisk Call Manager/';

export interface LinkEvents {
  /** Logged in. */
  up(): void;
  /** One packet, once logged in. */
  packet(text: string): void;
  /** The end, once: `refused` when it does not want this user, so that asking again soon is of no use. */
  down(reason: string, refused: boolean): void;
}

type Phase = 'banner' | 'challenge' | 'login' | 'up' | 'down';

/** One connection to a server, from the first byte to the last: logs in, asks for signs of life, hands packets on. */
export class UpstreamLink {
  /** What the ActionIDs on this connection begin with: not to be guessed by whoever else is connected there. */
  readonly idPrefix = `${randomBytes(6).toString('hex')}-`;
  readonly #config: UpstreamConfig;
  readonly #clock: Clock;
  readonly #events: LinkEvents;
  readonly #reader = new UpstreamReader((text) => this.#packet(text));
  #socket: Socket | undefined;
  #phase: Phase = 'banner';
  #greeting: string | undefined = '';
  #timer: Timer | undefined;
  #heard = false;
  #asked = false;
  #unsent: string[] = [];

  constructor(config: UpstreamConfig, clock: Clock, events: LinkEvents) {
    this.#config = config;
    this.#clock = clock;
    this.#events = events;
  }

  /** Begins; whatever goes wrong is told as its end, never at once. */
  open(): void {
    this.#timer = this.#clock.after(LOGIN_MS, () => this.#end('it does not let this server log in in time'));
    try {
      this.#socket = this.#connect();
    } catch (error) {
      const { message } = error as Error;
      queueMicrotask(() => this.#end(message));
      return;
    }
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => this.#take(String(chunk)));
    socket.on('error', (error) => this.#end(error.message === '' ? error.name : error.message));
    socket.on('close', () => this.#end('it closed the connection'));
  }

  #connect(): Socket {
    const { host, port, tls } = this.#config;
    return tls === undefined ? connect({ host, port }) : connectTls({ host, port, ...secured(tls, host) });
  }

  /** Sends text; false when the server does not read what it was sent before. */
  send(text: string): boolean {
    const socket = this.#socket;
    if (socket === undefined || socket.writableLength > MAX_UNREAD_BYTES) return false;
    if (this.#unsent.push(text) === 1) queueMicrotask(this.#flush);
    return true;
  }

  /** What is sent in one turn leaves as one piece. */
  readonly #flush = (): void => {
    const text = this.#unsent.join('');
    this.#unsent = [];
    if (this.#phase !== 'down') this.#socket?.write(text);
  };

  #take(chunk: string): void {
    this.#heard = true;
    let text = chunk;
    if (this.#greeting !== undefined) {
      this.#greeting += text;
      const end = this.#greeting.indexOf('\n');
      if (end < 0) {
        if (this.#greeting.length > MAX_UPSTREAM_LINE) this.#end('it is no manager interface');
        return;
      }
      text = this.#greeting.slice(end + 1);
      const wanted = this.#greeting.startsWith(BANNER);
      this.#greeting = undefined;
      if (!wanted) {
        this.#end('it is no manager interface');
        return;
      }
      this.#begin();
    }
    const fault = this.#reader.take(text);
    if (fault !== undefined) this.#end(fault);
  }

  #begin(): void {
    const { auth, secret } = this.#config;
    if (auth === 'md5') {
      this.#phase = 'challenge';
      this.send('Action: Challenge\r\nAuthType: MD5\r\n\r\n');
    } else this.#login(`Secret: ${secret}\r\n`);
  }

  #login(proof: string): void {
    const { username, events } = this.#config;
    this.#phase = 'login';
    this.send(`Action: Login\r\nUsername: ${username}\r\n${proof}Events: ${events}\r\n\r\n`);
  }

  #packet(text: string): void {
    if (this.#phase === 'up') {
      this.#events.packet(text);
      return;
    }
    const response = firstValue(text, 'Response: ');
    if (response === undefined || this.#phase === 'down') return;
    if (response !== 'Success') {
      this.#end(`it refuses this server's login: ${fieldOf(text, 'Message') ?? response}`, true);
    } else if (this.#phase === 'challenge') {
      const challenge = fieldOf(text, 'Challenge');
      if (challenge === undefined) this.#end('it answers without a challenge', true);
      else this.#login(`AuthType: MD5\r\nKey: ${answerTo(challenge, this.#config.secret)}\r\n`);
    } else {
      this.#phase = 'up';
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#watch();
      this.#events.up();
    }
  }

  /** Silence for a while is asked for a sign of life, and twice as long is an end. */
  #watch(): void {
    const { keepAliveMs } = this.#config;
    if (keepAliveMs === 0) return;
    this.#heard = false;
    this.#timer = this.#clock.after(keepAliveMs, () => {
      if (this.#heard) this.#asked = false;
      else if (this.#asked) {
        this.#end('it gives no sign of life');
        return;
      } else {
        this.#asked = true;
        this.send(`Action: Ping\r\nActionID: ${this.idPrefix}alive\r\n\r\n`);
      }
      this.#watch();
    });
  }

  #end(reason: string, refused = false): void {
    if (this.#phase === 'down') return;
    this.close();
    this.#events.down(reason, refused);
  }

  /** Ends it from this side; nobody is told. */
  close(): void {
    this.#phase = 'down';
    this.#timer?.cancel();
    this.#socket?.destroy();
  }
}

function answerTo(challenge: string, secret: string): string {
  return createHash('md5').update(`${challenge}${secret}`).digest('hex');
}

/** Files are read at each attempt: a renewed certificate needs no reload. @throws {Error} naming the file */
function secured(tls: UpstreamTls, host: string): ConnectionOptions {
  const name = tls.serverName === '' ? host : tls.serverName;
  return {
    // An address is no name to ask for (RFC 6066 §3); the certificate is compared with it nevertheless.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    rejectUnauthorized: tls.verify,
    ...(tls.caFile === '' ? {} : { ca: readFileSync(tls.caFile) }),
    ...(tls.certFile === '' ? {} : { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }),
  };
}
