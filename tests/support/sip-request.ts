import { createSocket } from 'node:dgram';

/** Sends a request over UDP and waits for the status of its final answer; undefined when none came. */
export function sipRequest(
  port: number,
  method: 'REGISTER' | 'INVITE',
  user: string,
  number: number,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (status: number | undefined) => {
      clearTimeout(timer);
      socket.close();
      resolve(status);
    };
    const timer = setTimeout(() => done(undefined), 8_000);
    socket.on('message', (message) => {
      const status = Number(message.toString('latin1').split(' ')[1]);
      if (status >= 200) done(status);
    });
    socket.bind(0, '127.0.0.1', () => {
      const own = `127.0.0.1:${socket.address().port}`;
      const to = method === 'INVITE' ? 'nowhere' : user;
      socket.send(
        [
          `${method} sip:${method === 'INVITE' ? 'nowhere@' : ''}127.0.0.1:${port} SIP/2.0`,
          `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${method}${user}${number}`,
          `From: <sip:${user}@127.0.0.1>;tag=${number}`,
          `To: <sip:${to}@127.0.0.1>`,
          `Call-ID: ${method}-${user}-${number}@127.0.0.1`,
          `CSeq: ${number} ${method}`,
          'Max-Forwards: 70',
          `Contact: <sip:${user}@127.0.0.1:5099;transport=udp>`,
          ...(method === 'REGISTER' ? ['Expires: 300'] : []),
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n'),
        port,
        '127.0.0.1',
      );
    });
  });
}
