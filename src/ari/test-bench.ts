import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigIfPresent } from '../conf/index.ts';
import { Originator } from '../dialplan/index.ts';
import { HttpServer, readHttpConfig } from '../http/index.ts';
import { memoryLogger } from '../log/index.ts';
import { ExternalMailboxes, mailboxTypes } from '../mailboxes/index.ts';
import { ModuleTable } from '../modules/index.ts';
import { FakeClock } from '../platform/index.ts';
import { NamedAcls, SecurityEvents, type TokenStore, type User } from '../security/index.ts';
import { Push, Sorcery, StoreError, someText, type TypeSpec, text, UNSET } from '../sorcery/index.ts';
import { Stasis } from '../stasis/index.ts';
import { type Channel, type ChannelDriver, RequestError, Switch } from '../switch/index.ts';
import { Ari } from './ari.ts';
import type { AriPorts } from './handlers/ports.ts';
import { ariTypes } from './objects.ts';
import type { AriAnswer, AriRequest } from './operation.ts';
import { webSocketClientType } from './outbound/client-object.ts';

/** A type of objects that stands for all of them. */
const lampType: TypeSpec = {
  configClass: 'res_lamps',
  type: 'lamp',
  section: 'res_lamps',
  module: 'res_lamps',
  options: [
    { name: 'colour', kind: someText, default: '' },
    { name: 'place', kind: text, default: 'hall' },
    { name: 'pin', kind: text, default: UNSET, optional: true, secret: true },
  ],
};

const ARI_CONF = `[general]
enabled=yes
[asterisk]
type=user
password=secret
[reader]
type=user
read_only=yes
password=readonly
[crypted]
type=user
password_format=crypt
password=$6$abcdefgh$k/gShrHzeORLzN0VWAbSwuvLGX2CwVupUyrPg9iHIk9LUNxf9piWWWi4Qjb5aihflrJyGdM1by6JJlHpHbIvT.
[blocked]
type=user
password=blocked
deny=0.0.0.0/0.0.0.0
[listed]
type=user
password=listed
acl=nolocal
[broken]
type=user
password=x
permit=nonsense
`;

export interface BenchOptions {
  readonly ariConf?: string;
  /** websocket_client.conf; without it there is none. */
  readonly clientConf?: string;
  /** http.conf `sessionlimit`. */
  readonly sessionLimit?: number;
  readonly running?: (module: string) => boolean;
  /** http.conf `prefix`. */
  readonly prefix?: string;
  /** Lines of sorcery.conf besides. */
  readonly sorceryConf?: string;
  /** Rows that the store of tokens begins with. */
  readonly rows?: ReadonlyMap<string, string>;
}

/** A store of tokens in memory, as AstDB orders it. */
function memoryStore(rows: Map<string, string>, fault: () => string | undefined): TokenStore {
  const reading = () => {
    const why = fault();
    if (why !== undefined) throw new StoreError(why);
  };
  return {
    get(key) {
      reading();
      return rows.get(key);
    },
    range(prefix) {
      reading();
      return [...rows].filter(([key]) => key.startsWith(prefix)).sort();
    },
    put: async (key, value) => void rows.set(key, value),
    delete: async (key) => void rows.delete(key),
  };
}

/** A whole interface on a port of its own, with a switch whose channels have a driver that only takes notes. */
export async function startBench(options: BenchOptions = {}) {
  const etcDir = mkdtempSync(join(tmpdir(), 'asterism-ari-'));
  const write = (name: string, content: string) => writeFileSync(join(etcDir, name), content);
  write('ari.conf', options.ariConf ?? ARI_CONF);
  write('acl.conf', '[nolocal]\ndeny=127.0.0.0/255.0.0.0\n');
  write(
    'http.conf',
    `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=0\nprefix=${options.prefix ?? ''}\nsessionlimit=${options.sessionLimit ?? 100}\n`,
  );
  if (options.clientConf !== undefined) write('websocket_client.conf', options.clientConf);
  write(
    'sorcery.conf',
    `[res_lamps]\nlamp=memory\n[res_mwi_external]\nmailboxes=memory\n${options.sorceryConf ?? ''}`,
  );
  const log = memoryLogger();
  const clock = new FakeClock(Date.UTC(2026, 10, 21, 0, 31, 21, 4));
  const running = options.running ?? ((module: string) => module !== 'res_ari_mailboxes');
  const owner = new Switch({ log, clock });
  const stasis = new Stasis({ switch: owner, log });
  const sorcery = new Sorcery({ etcDir, astdb: undefined, log, clock, running });
  sorcery.register([lampType], 'lamps.conf');
  sorcery.register(ariTypes, 'ari.conf');
  sorcery.register([webSocketClientType], 'websocket_client.conf');
  const rows = new Map<string, string>(options.rows);
  let fault: string | undefined;
  sorcery.register(mailboxTypes, 'sorcery.conf');
  const mailboxes = new ExternalMailboxes({ sorcery, switch: owner, running });
  mailboxes.start();
  const endpointStates = new Map<string, 'online' | 'offline'>([['alice', 'offline']]);
  owner.endpoints.provide({
    technology: 'PJSIP',
    state: (resource) => endpointStates.get(resource),
    names: () => endpointStates.keys(),
  });
  const modules = new ModuleTable(
    [
      { name: 'res_stasis', description: 'Applications' },
      { name: 'res_ari', description: 'The interface', requires: ['res_stasis'], reload: () => {} },
      { name: 'app_echo', description: 'Echo' },
    ],
    log,
  );
  await modules.start(undefined);
  const ports: AriPorts = {
    switch: owner,
    stasis,
    push: new Push(sorcery),
    mailboxes,
    variables: {
      read: (channel, name) => (channel === undefined ? owner.globals.get(name) : channel.getVariable(name)),
      write: (channel, name, value) => {
        if (channel === undefined) owner.setGlobal(name, value);
        else channel.setVariable(name, value);
        return true;
      },
    },
    originator: new Originator({
      switch: owner,
      log,
      plan: {
        walk: async (channel) => void (await channel.untilInterrupted()),
        execute: (channel, _name, data) => {
          const [app = '', ...args] = data.split(',');
          return stasis.enter(channel, app, args);
        },
        setVariable: async (channel, name, value) => {
          channel.setVariable(name, value);
          return true;
        },
      },
    }),
    modules,
    clock,
    info: {
      entityId: '02:fc:00:00:00:01',
      compatibleVersion: '22.10.1',
      version: '0.1.0',
      systemName: '',
      startedAt: clock.now(),
      lastReloadAt: () => clock.now(),
    },
  };
  const http = await HttpServer.listen({
    config: readHttpConfig(loadConfigIfPresent('http.conf', { etcDir })),
    serverHeader: 'Asterisk/22.10.1 Asterism/0.1.0',
    log,
  });
  const security = new SecurityEvents(log, clock);
  const acls = new NamedAcls({ read: () => loadConfigIfPresent('acl.conf', { etcDir }), log });
  acls.reload();
  const ari = new Ari({
    ports,
    http,
    sorcery,
    security,
    tokens: memoryStore(rows, () => fault),
    acls,
    running,
    log,
  });
  const notes: string[] = [];
  const driver = (): ChannelDriver => ({
    protocolId: 'call-1',
    media: undefined,
    answer: async () => void notes.push('answer'),
    indicate: (indication) => void notes.push(indication),
    hangup: (cause) => void notes.push(`hangup ${cause}`),
    sendDigits: async (digits) => void notes.push(`digits ${digits}`),
  });
  /** A ringing call from alice that nobody runs yet. */
  const createChannel = (): Channel =>
    owner.create({
      namePrefix: 'PJSIP/alice',
      technology: 'PJSIP',
      endpoint: 'alice',
      state: 'Ring',
      driver: driver(),
      location: { context: 'default', exten: 'ivr', priority: 1 },
    });
  /** Phones that can be called as `Test/name`: they do nothing by themselves. */
  owner.technologies.provide({
    name: 'Test',
    request: async ({ resource, id }) => {
      if (resource === 'nobody') throw new RequestError(3, 'there is no nobody');
      return owner.create({
        namePrefix: `Test/${resource}`,
        technology: 'Test',
        state: 'Down',
        driver: { ...driver(), dial: () => notes.push(`dial ${resource}`) > 0 },
        dialString: resource,
        location: { context: 'default', exten: 's', priority: 1 },
        ...(id === undefined ? {} : { id }),
      });
    },
  });
  /** Calls an operation without HTTP. */
  const inject = async (
    method: string,
    url: string,
    body?: AriRequest['body'],
    user: User = { name: 'asterisk', readOnly: false },
  ): Promise<AriAnswer & { json: unknown }> => {
    const mark = url.indexOf('?');
    const answer = await ari.router.dispatch({
      method,
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? undefined : new URLSearchParams(url.slice(mark + 1)),
      body,
      user,
    });
    return { ...answer, json: answer.body === '' ? undefined : JSON.parse(answer.body) };
  };
  return {
    ari,
    http,
    owner,
    stasis,
    clock,
    log,
    notes,
    endpointStates,
    createChannel,
    inject,
    write,
    sorcery,
    security,
    rows,
    /** Lets the store of tokens fail from now on. */
    breakStore(why: string) {
      fault = why;
    },
    /** Reads ari.conf and websocket_client.conf again. */
    async reload() {
      sorcery.reload('res_ari');
      sorcery.reload('res_websocket_client');
      await Promise.resolve();
    },
    async close() {
      await ari.close();
      sorcery.close();
      stasis.close();
      await owner.close();
      await http.close();
      rmSync(etcDir, { recursive: true });
    },
  };
}

export type Bench = Awaited<ReturnType<typeof startBench>>;
