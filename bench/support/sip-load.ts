import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A SIP user agent as small as a load needs: one socket, many registrations or calls, matched by Call-ID. */
export class SipLoad {
  readonly #socket: Socket;
  readonly #server: number;
  readonly #waiting = new Map<string, (message: string) => void>();
  #port = 0;
  #sequence = 0;

  private constructor(socket: Socket, server: number) {
    this.#socket = socket;
    this.#server = server;
  }

  static async open(server: number): Promise<SipLoad> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const load = new SipLoad(socket, server);
    load.#port = socket.address().port;
    socket.on('message', (data) => {
      const message = data.toString('latin1');
      load.#waiting.get(header(message, 'Call-ID'))?.(message);
    });
    return load;
  }

  close(): void {
    this.#socket.close();
  }

  /** Registers `user(index)` for `count` indexes, `parallel` at a time; both round trips. */
  async register(
    count: number,
    parallel: number,
    user: (index: number) => string,
    password: string,
  ): Promise<number> {
    let next = 0;
    const worker = async () => {
      while (next < count) {
        const name = user(next++);
        const id = `${this.#port}-${this.#sequence++}@load`;
        const uri = `sip:127.0.0.1:${this.#server}`;
        const build = (cseq: number, authorization: string) =>
          `REGISTER ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${this.#port};branch=z9hG4bK${id}${cseq};rport\r\n` +
          `Max-Forwards: 70\r\nFrom: <sip:${name}@127.0.0.1>;tag=${id}\r\nTo: <sip:${name}@127.0.0.1>\r\nCall-ID: ${id}\r\n` +
          `CSeq: ${cseq} REGISTER\r\nContact: <sip:${name}@127.0.0.1:${this.#port}>\r\nExpires: 600\r\nUser-Agent: load\r\n` +
          `${authorization}Content-Length: 0\r\n\r\n`;
        const challenge = await this.#ask(id, build(1, ''), 401);
        const final = await this.#ask(
          id,
          build(2, authorize(challenge, 'REGISTER', uri, name, password)),
          200,
        );
        if (!final.startsWith('SIP/2.0 200')) throw new Error(`registration refused: ${final.slice(0, 300)}`);
        this.#waiting.delete(id);
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return count;
  }

  /** Places one call as `user`; resolves when the far end has hung it up. */
  async call(user: string, password: string, extension: string): Promise<void> {
    const id = `${this.#port}-c${this.#sequence++}@load`;
    const uri = `sip:${extension}@127.0.0.1:${this.#server}`;
    const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${this.#port} RTP/AVP 0\r\n`;
    const build = (method: string, cseq: number, extra: string, to: string, body = '') =>
      `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${this.#port};branch=z9hG4bK${id}${method}${cseq};rport\r\n` +
      `Max-Forwards: 70\r\nFrom: <sip:${user}@127.0.0.1>;tag=${id}\r\nTo: ${to}\r\nCall-ID: ${id}\r\n` +
      `CSeq: ${cseq} ${method === 'ACK' ? 'ACK' : method}\r\nContact: <sip:${user}@127.0.0.1:${this.#port}>\r\n${extra}` +
      `${body === '' ? '' : 'Content-Type: application/sdp\r\n'}Content-Length: ${body.length}\r\n\r\n${body}`;
    const plainTo = `<${uri}>`;
    const challenge = await this.#ask(id, build('INVITE', 1, '', plainTo, sdp), 401);
    this.#send(build('ACK', 1, '', header(challenge, 'To')));
    const authorization = authorize(challenge, 'INVITE', uri, user, password);
    const bye = new Promise<string>((resolve) => this.#byes.set(id, resolve));
    const answer = await this.#ask(id, build('INVITE', 2, authorization, plainTo, sdp), 200);
    this.#send(build('ACK', 2, '', header(answer, 'To')));
    const request = await bye;
    this.#byes.delete(id);
    this.#waiting.delete(id);
    const echo = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
      .map((name) => `${name}: ${header(request, name)}\r\n`)
      .join('');
    this.#send(`SIP/2.0 200 OK\r\n${echo}Content-Length: 0\r\n\r\n`);
  }

  readonly #byes = new Map<string, (message: string) => void>();

  #send(message: string): void {
    this.#socket.send(Buffer.from(message, 'latin1'), this.#server, '127.0.0.1');
  }

  /** Sends and waits for a final answer; provisional ones pass. */
  #ask(id: string, message: string, expected: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const giveUp = setTimeout(() => reject(new Error(`no ${expected} within 10 s`)), 10_000);
      this.#waiting.set(id, (answer) => {
        if (answer.startsWith('BYE ')) return this.#byes.get(id)?.(answer);
        const status = Number(answer.slice(8, 11));
        if (status < 200) return;
        clearTimeout(giveUp);
        if (status !== expected) return reject(new Error(`expected ${expected}: ${answer.slice(0, 300)}`));
        resolve(answer);
      });
      this.#send(message);
    });
  }
}

/** What stands behind the name of a header; empty when there is none. */
export function header(message: string, name: string): string {
  const at = message.indexOf(`\r\n${name}: `);
  return at < 0 ? '' : message.slice(at + name.length + 4, message.indexOf('\r\n', at + 2));
}

function authorize(challenge: string, method: string, uri: string, user: string, password: string): string {
  const offered = header(challenge, 'WWW-Authenticate');
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(offered)?.[1] ?? '';
  const realm = part('realm');
  const nonce = part('nonce');
  const opaque = part('opaque');
  const ha1 = md5(`${user}:${realm}:${password}`);
  const response = md5(`${ha1}:${nonce}:00000001:abcd:auth:${md5(`${method}:${uri}`)}`);
  return (
    `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `algorithm=MD5, cnonce="abcd", qop=auth, nc=00000001${opaque === '' ? '' : `, opaque="${opaque}"`}\r\n`
  );
}
