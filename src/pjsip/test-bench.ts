import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { type Flow, parseMessage, SipRequest, type Transport } from '../sip/index.ts';
import { Sorcery, SorceryObject } from '../sorcery/index.ts';
import { Switch } from '../switch/index.ts';
import { pjsipTypes } from './objects/index.ts';

const MEMORY_TYPES = ['endpoint', 'auth', 'aor', 'contact', 'domain_alias', 'global', 'system', 'transport'];

/** Sorcery with every type in memory, a switch, a clock that stands still and a log to look at. */
export class PjsipBench {
  readonly clock = new FakeClock();
  readonly log = memoryLogger();
  readonly sorcery: Sorcery;
  readonly switch: Switch;
  readonly folder = mkdtempSync(join(tmpdir(), 'asterism-pjsip-'));

  constructor() {
    const mappings = MEMORY_TYPES.map((type) => `${type}=memory\n`).join('');
    writeFileSync(
      join(this.folder, 'sorcery.conf'),
      `[res_pjsip]\n${mappings}[res_pjsip_endpoint_identifier_ip]\nidentify=memory\n[res_pjsip_outbound_registration]\nregistration=memory\n[res_pjsip_acl]\nacl=memory\n`,
    );
    this.sorcery = new Sorcery({
      etcDir: this.folder,
      astdb: undefined,
      log: this.log,
      clock: this.clock,
      running: () => true,
    });
    this.sorcery.register(pjsipTypes, 'pjsip.conf');
    this.switch = new Switch({ log: this.log, clock: this.clock });
  }

  /** An object with these attributes, not stored. */
  object(typeName: string, id: string, values: Record<string, string> = {}): SorceryObject {
    const type = this.sorcery.type('res_pjsip', typeName);
    if (type === undefined) throw new Error(`no type ${typeName}`);
    const draft = new SorceryObject(type, id, type.defaults).draft();
    for (const [name, value] of Object.entries(values)) {
      const problem = draft.apply(name, value);
      if (problem !== undefined) throw new Error(problem.detail);
    }
    type.spec.finish?.(draft);
    return new SorceryObject(type, id, draft.values);
  }

  /** Stores an object with these attributes. */
  async put(typeName: string, id: string, values: Record<string, string> = {}): Promise<SorceryObject> {
    const object = this.object(typeName, id, values);
    if (this.sorcery.get(typeName, id) === undefined) await this.sorcery.create(object);
    else await this.sorcery.update(object);
    return object;
  }

  /** A request as it came from the wire, from 192.0.2.7:5062. */
  request(method: string, uri: string, headers: readonly string[] = [], user = 'alice'): SipRequest {
    const lines = [
      `${method} ${uri} SIP/2.0`,
      'Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1',
      `From: <sip:${user}@example.com>;tag=a`,
      `To: <sip:${user}@example.com>`,
      'Call-ID: call-1',
      `CSeq: 1 ${method}`,
      ...headers,
    ];
    const message = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
    if (!(message instanceof SipRequest)) throw new Error('no request');
    return message;
  }

  async close(): Promise<void> {
    this.sorcery.close();
    await this.switch.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where the requests of the bench come from. */
export const remote = { address: '192.0.2.7', port: 5062 };

const transport: Transport = {
  protocol: 'udp',
  reliable: false,
  localAddress: '192.0.2.1',
  localPort: 5060,
  attach: () => {},
  send: () => {},
  close: () => Promise.resolve(),
};

export const flow: Flow = { transport, remote };
