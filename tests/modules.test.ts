import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Instance } from './support/instance.ts';
import { Phone } from './support/phone.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';
import { until } from './support/until.ts';

/** What a module that is not loaded leaves behind: nothing. */

let server: Instance;
const phones: Phone[] = [];

afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close();
  await server.close();
});

const PHONES = `${UDP}${phoneConf('alice')}[open]
type=endpoint
allow=ulaw
`;

/** Starts a server that loads everything but these. */
async function without(...names: string[]): Promise<void> {
  const lines = names.map((name) => `noload=${name}.so\n`);
  server = await Instance.create({
    'modules.conf': `[modules]\nautoload=yes\n${lines.join('')}`,
    'pjsip.conf': PHONES,
    'extensions.conf':
      '[default]\nexten => front,1,Answer()\n same => n,Stasis(app)\n same => n,Wait(5)\nexten => echo,1,Answer()\n same => n,Echo()\n',
  });
  await server.start();
}

async function phone(user: string): Promise<Phone> {
  const opened = await Phone.open({ server: server.sipPort, user, password: 'secret' });
  phones.push(opened);
  return opened;
}

/** The status of a path of the REST interface, whatever the body is. */
async function rest(path: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(server.user).toString('base64')}`;
  const answer = await fetch(`http://127.0.0.1:${server.httpPort}/ari${path}`, {
    headers: { authorization },
  });
  return answer.status;
}

const says = async (command: string) => (await server.rx(command)).stdout;
const absent = (command: string) => new RegExp(`^No such command '${command}`);
const status = async (each: Phone, method: string) => (await each.send(each.request(method, 'front'))).status;

describe('a module that modules.conf keeps out', () => {
  it('takes those along that require it: no SIP at all without res_pjsip', async () => {
    await without('res_pjsip');
    const shown = (await says('module show like pjsip')).split('\n').slice(1, -2);
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((line) => !line.includes('Not Running'))).toEqual([]);
    for (const command of ['pjsip show endpoints', 'pjsip show channels', 'pjsip set logger on'])
      expect(await says(command)).toMatch(absent(command));
    expect((await server.object('endpoint', 'alice')).status).toBe(404);
    expect((await server.push('endpoint', 'bob', {})).status).toBe(404);
    const alice = await phone('alice');
    const request = alice.request('OPTIONS', 'front');
    expect((await alice.agent.request(request, { timeout: 1_000 })).status).toBe(408);
  });

  it('takes its operations, applications and functions along', async () => {
    await without('res_ari_channels', 'app_stasis', 'func_strings', 'func_devstate', 'res_ari_events');
    expect(await rest('/channels')).toBe(404);
    expect(await rest('/endpoints')).toBe(200);
    expect(await rest('/events?app=x')).toBe(404);
    expect(await says('core show application Stasis')).toContain('not registered');
    expect(await says('core show function LEN')).toContain('No function by that name');
    expect(await says('dialplan eval function LEN(abc)')).toContain('Failure');
    expect(await says('devstate list')).toMatch(absent('devstate list'));
    const caller = await phone('open');
    const call = await caller.call('front');
    await call.answered;
    // The line with Stasis() cannot run: the call ends there.
    await call.ended;
    expect(await says('module load app_stasis.so')).toBe('Loaded app_stasis.so\n');
    expect(await says('core show application Stasis')).toContain('Stasis(');
  });

  it('takes the REST interface along when that needs it', async () => {
    await without('res_stasis');
    expect(await rest('/asterisk/ping')).toBe(404);
    expect(await says('ari show apps')).toMatch(absent('ari show apps'));
    expect(await says('core show application Stasis')).toContain('not registered');
  });

  it('leaves requests that only it can answer without a yes', async () => {
    await without(
      'res_pjsip_registrar',
      'res_pjsip_pubsub',
      'res_pjsip_sdp_rtp',
      'res_pjsip_endpoint_identifier_anonymous',
      'res_pjsip_logger',
    );
    const caller = await phone('open');
    expect(await status(caller, 'OPTIONS')).toBe(200);
    for (const method of ['REGISTER', 'SUBSCRIBE', 'PUBLISH']) expect(await status(caller, method)).toBe(501);
    await expect((await caller.call('front')).answered).rejects.toThrow('488');
    expect(await says('pjsip show identifiers')).not.toContain('anonymous');
    expect(await says('pjsip set logger on')).toMatch(absent('pjsip set logger on'));
    expect(await says('module load res_pjsip_sdp_rtp.so')).toBe('Loaded res_pjsip_sdp_rtp.so\n');
    const call = await caller.call('front');
    await call.answered;
  });

  it('lets nobody in who would have to prove who he is to it', async () => {
    await without('res_pjsip_authenticator_digest');
    const alice = await phone('alice');
    expect(await status(alice, 'OPTIONS')).toBe(403);
    expect(await status(await phone('open'), 'OPTIONS')).toBe(200);
    expect(await status(await phone('nobody'), 'OPTIONS')).toBe(403);
  });
});

describe('an application', () => {
  it('stays while a channel is in it, and can go when nobody is', async () => {
    await without();
    const caller = await phone('open');
    const call = await caller.call('echo');
    await call.answered;
    await until(async () => (await says('core show channels concise')).includes('!Echo!'));
    expect(await says('module unload app_echo.so')).toContain('Unable to unload');
    expect((await server.cli('module show like app_echo'))[1]).toMatch(/ 1 +Running/);
    caller.hangUp();
    await until(async () => (await says('core show channels concise')) === '');
    expect(await says('module unload app_echo.so')).toBe('Unloaded app_echo.so\n');
  });
});

describe('a wizard of sorcery.conf or a driver of extconfig.conf', () => {
  const files = {
    'pjsip.conf': UDP,
    'sorcery.conf':
      '[res_pjsip]\naor=realtime,ps_aors\nauth/cache=memory_cache,name=auths\nauth=memory\nendpoint=astdb,ps_endpoints\n',
    'extconfig.conf': '[settings]\nps_aors => sqlite3,rt,ps_aors\n',
    'res_config_sqlite3.conf': '[rt]\ndbfile=@DIR@/rt.sqlite3\n',
  };

  async function withFiles(...noload: string[]): Promise<void> {
    const lines = noload.map((name) => `noload=${name}.so\n`);
    server = await Instance.create({
      ...files,
      'modules.conf': `[modules]\nautoload=yes\n${lines.join('')}`,
    });
    expect((await server.program('db', 'migrate', '-C', server.confFile)).code).toBe(0);
    await server.start();
  }

  const logged = () => readFileSync(join(server.dir, 'log', 'full'), 'utf8');

  const detailOf = async (type: string) => {
    const { status, body } = await server.push(type, 'x', {});
    return `${status} ${(body as { detail?: string }).detail ?? ''}`;
  };

  it('keeps nothing without its module, says so to whoever asks, and works as soon as that is loaded', async () => {
    await withFiles('res_sorcery_realtime', 'res_sorcery_memory_cache');
    expect(await detailOf('aor')).toMatch(/^403 .*needs res_sorcery_realtime, which is not loaded/);
    // Without its cache a type is slower, and nothing else.
    expect(
      (await server.push('auth', 'x', { auth_type: 'userpass', username: 'x', password: 'x' })).status,
    ).toBe(200);
    expect(await says('sorcery show auth')).not.toContain('memory_cache');
    expect(await says('module load res_sorcery_realtime.so')).toBe('Loaded res_sorcery_realtime.so\n');
    expect(await detailOf('aor')).toBe('200 ');
    expect(await says('module load res_sorcery_memory_cache.so')).toBe(
      'Loaded res_sorcery_memory_cache.so\n',
    );
    expect((await server.object('auth', 'x')).status).toBe(200);
    expect(await says('sorcery memory cache show auths')).toContain('Number of objects within cache: 1');
  });

  it('cannot be taken away while a type is kept in it', async () => {
    await withFiles();
    for (const name of ['res_sorcery_realtime', 'res_sorcery_memory_cache', 'res_sorcery_astdb'])
      expect(await says(`module unload ${name}.so`)).toContain('Unable to unload');
    expect(logged()).toContain("Unload of 'res_sorcery_realtime.so' refused: it is used by aor");
    expect((await server.cli('module show like res_sorcery_memory_cache'))[1]).toMatch(/ 1 +Running/);
    server.write('sorcery.conf', '[res_pjsip]\naor=memory\n');
    await server.rx('module reload');
    expect(await says('module unload res_sorcery_realtime.so')).toBe('Unloaded res_sorcery_realtime.so\n');
  });

  it('opens no database of a driver whose module is kept out; what it keeps is away until it is loaded', async () => {
    await withFiles('res_config_sqlite3');
    expect(await detailOf('aor')).toMatch(/^403 .*'ps_aors' is mapped to no database/);
    expect(logged()).toContain("driver 'sqlite3' needs res_config_sqlite3, which is not loaded");
    expect(await says('module load res_config_sqlite3.so')).toBe('Loaded res_config_sqlite3.so\n');
    expect(await detailOf('aor')).toBe('200 ');
    expect(await says('module unload res_config_sqlite3.so')).toBe('Unloaded res_config_sqlite3.so\n');
    expect(await detailOf('aor')).toMatch(/^503 /);
    expect(await says('module load res_config_sqlite3.so')).toBe('Loaded res_config_sqlite3.so\n');
    expect((await server.object('aor', 'x')).status).toBe(200);
  });
});
