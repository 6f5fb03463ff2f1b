import { ASKED_FOR, type Logger } from '../log/index.ts';
import type { PacketHook } from '../sip/index.ts';

/** Which packets are logged: all, or those of one host. */
export type PacketLogTarget = 'on' | 'off' | { readonly host: string };

/** What `pjsip set logger` hangs into the user agent; undefined while it is off, which costs nothing. */
export function packetLog(target: PacketLogTarget, log: Logger): PacketHook | undefined {
  if (target === 'off') return undefined;
  const host = target === 'on' ? undefined : target.host;
  return (direction, bytes, remote, transport) => {
    if (host !== undefined && remote.address !== host) return;
    const received = direction === 'in';
    const kind = bytes.subarray(0, 8).toString('latin1') === 'SIP/2.0 ' ? 'response' : 'request';
    const place = `${transport.protocol.toUpperCase()}:${remote.address}:${remote.port}`;
    const what = received ? `Received SIP ${kind}` : `Transmitting SIP ${kind}`;
    log.verbose(
      `<--- ${what} (${bytes.length} bytes) ${received ? 'from' : 'to'} ${place} --->\n${bytes.toString('utf8')}\n`,
      ASKED_FOR,
    );
  };
}

/** What the console answers to a change. */
export function packetLogAnswer(target: PacketLogTarget): string {
  if (target === 'off') return 'PJSIP Logging disabled';
  return target === 'on' ? 'PJSIP Logging enabled' : `PJSIP Logging Enabled for host: ${target.host}`;
}
