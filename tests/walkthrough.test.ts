import ariClient from 'ari-client';
import { afterEach, describe, expect, it } from 'vitest';
import { attributes, exec, Instance } from './support/instance.ts';
import { TCP, UDP } from './support/pjsip-conf.ts';
import { haveSipp, sipp } from './support/sipp.ts';

const ASTDB = `[res_pjsip]
endpoint=astdb,ps_endpoints
auth=astdb,ps_auths
aor=astdb,ps_aors
`;

const STATIC_ALICE = `
[alice]
type=aor
support_path=yes
remove_existing=yes
max_contacts=1

[alice]
type=auth
auth_type=userpass
username=alice
password=secret

[alice]
type=endpoint
from_user=alice
allow=!all,g722,ulaw,alaw
ice_support=yes
force_rport=yes
rewrite_contact=yes
rtp_symmetric=yes
context=default
auth=alice
aors=alice
`;

const TRANSPORTS = UDP + TCP;

/** The three objects of the walk-through, as its curl commands send them. */
const ALICE = {
  auth: { auth_type: 'userpass', username: 'alice', password: 'secret' },
  aor: { support_path: 'yes', remove_existing: 'yes', max_contacts: '1' },
  endpoint: {
    from_user: 'alice',
    allow: '!all,g722,ulaw,alaw',
    ice_support: 'yes',
    force_rport: 'yes',
    rewrite_contact: 'yes',
    rtp_symmetric: 'yes',
    context: 'default',
    auth: 'alice',
    aors: 'alice',
  },
} as const;

/** Pushes with curl itself, as the walk-through prints it. */
async function curlPut(server: Instance, type: keyof typeof ALICE): Promise<unknown> {
  const fields = Object.entries(ALICE[type]).map(([attribute, value]) => ({ attribute, value }));
  const url = `http://127.0.0.1:${server.httpPort}/ari/asterisk/config/dynamic/res_pjsip/${type}/alice`;
  const args = ['-s', '-X', 'PUT', '-H', 'Content-Type: application/json', '-u', server.user];
  const ran = await exec('curl', [...args, '-d', JSON.stringify({ fields }), url]);
  expect(ran.code).toBe(0);
  return JSON.parse(ran.stdout);
}

let server: Instance | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function begin(files: Record<string, string>): Promise<Instance> {
  server = await Instance.create(files);
  await server.start();
  return server;
}

describe('the push walk-through', () => {
  it('shows a phone of pjsip.conf and refuses to change it', async () => {
    const server = await begin({ 'pjsip.conf': TRANSPORTS + STATIC_ALICE });
    const got = await server.object('endpoint', 'alice');
    expect(got.status).toBe(200);
    expect(attributes(got.body).get('allow')).toBe('(g722|ulaw|alaw)');
    const refused = await server.push('endpoint', 'alice', { context: 'other' });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ message: expect.stringContaining("type 'endpoint'") });
    expect(
      (await server.cli('pjsip show endpoints')).some((line) =>
        /Endpoint: {2}alice .*Unavailable/.test(line),
      ),
    ).toBe(true);
  });

  it.runIf(haveSipp)(
    'pushes alice into AstDB, registers her, and an application answers and ends her call',
    async () => {
      const server = await begin({ 'sorcery.conf': ASTDB });
      expect(await server.cli('pjsip show endpoints')).toEqual(['No objects found.']);

      expect(attributes(await curlPut(server, 'auth')).get('nonce_lifetime')).toBe('32');
      expect(attributes(await curlPut(server, 'aor')).get('max_contacts')).toBe('1');
      expect(attributes(await curlPut(server, 'endpoint')).get('aors')).toBe('alice');
      const shown = (await server.cli('pjsip show endpoints')).join('\n');
      expect(shown).toMatch(/Endpoint: {2}alice +Unavailable +0 of inf/);
      expect(shown).toMatch(/InAuth: {2}alice\/alice/);
      expect(shown).toMatch(/Aor: {2}alice +1/);
      const database = (await server.cli('database show')).join('\n');
      for (const key of ['/ps_auths/auth/alice', '/ps_aors/aor/alice', '/ps_endpoints/endpoint/alice']) {
        expect(database).toContain(key);
      }

      const registered = await sipp({
        scenario: 'register',
        server: server.sipPort,
        user: 'alice',
        password: 'secret',
      });
      expect(registered.code, registered.stderr).toBe(0);
      expect((await server.cli('pjsip show contacts')).join('\n')).toMatch(
        /Contact: {2}alice\/sip:alice@127\.0\.0\.1/,
      );

      const client = await ariClient.connect(`http://127.0.0.1:${server.httpPort}`, 'asterisk', 'secret');
      const digits: string[] = [];
      const ended = new Promise<void>((resolve) => client.once('StasisEnd', () => resolve()));
      const dtmf = new Promise<void>((resolve) => {
        client.on('ChannelDtmfReceived', (event) => {
          digits.push(event.digit);
          resolve();
        });
      });
      const started = new Promise<{ id: string }>((resolve, reject) => {
        client.on('StasisStart', (event, channel) => {
          expect(event.application).toBe('Intro-IVR');
          channel.answer().then(() => resolve(channel), reject);
        });
      });
      const opened = new Promise<void>((resolve) => client.once('WebSocketConnected', () => resolve()));
      client.start('Intro-IVR');
      await opened;
      const call = sipp({
        scenario: 'call',
        server: server.sipPort,
        user: 'alice',
        password: 'secret',
        service: 'ivr',
      });
      // A caller that gives up says why, instead of being waited for.
      const lost = call.then((ran) => {
        if (ran.code === 0) return new Promise<never>(() => {});
        throw new Error(`sipp ended with ${ran.code}: ${ran.stderr}`);
      });
      const channel = await Promise.race([started, lost]);
      expect((await server.ari('GET', `/channels/${channel.id}`)).body).toMatchObject({
        state: 'Up',
        name: expect.stringMatching(/^PJSIP\/alice-/),
      });
      await Promise.race([dtmf, lost]);
      expect(digits).toEqual(['5']);
      expect((await server.ari('DELETE', `/channels/${channel.id}`)).status).toBe(204);
      await ended;
      const called = await call;
      expect(called.code, called.stderr).toBe(0);
      client.stop();

      await server.restart();
      expect((await server.object('auth', 'alice')).status).toBe(200);
      expect((await server.cli('pjsip show endpoints')).join('\n')).toMatch(/Endpoint: {2}alice /);
      for (const type of ['endpoint', 'aor', 'auth']) {
        expect((await server.ari('DELETE', `/asterisk/config/dynamic/res_pjsip/${type}/alice`)).status).toBe(
          204,
        );
        expect((await server.object(type, 'alice')).status).toBe(404);
      }
      expect(await server.cli('pjsip show endpoints')).toEqual(['No objects found.']);
    },
    90_000,
  );

  it('forgets what was pushed into memory when it restarts', async () => {
    const server = await begin({ 'sorcery.conf': '[res_pjsip]\nauth=memory\n' });
    expect((await server.push('auth', 'alice', ALICE.auth)).status).toBe(200);
    expect((await server.object('auth', 'alice')).status).toBe(200);
    await server.restart();
    expect((await server.object('auth', 'alice')).status).toBe(404);
    expect(await server.cli('pjsip show auth alice')).toEqual(['Unable to find object alice.']);
  });

  it('fills a memory cache before AstDB and keeps the object across a restart', async () => {
    const server = await begin({
      'sorcery.conf': '[res_pjsip]\nauth/cache=memory\nauth=astdb,dynamic_auth\n',
    });
    expect((await server.push('auth', 'alice', ALICE.auth)).status).toBe(200);
    await server.restart();
    expect((await server.object('auth', 'alice')).status).toBe(200);
    expect((await server.cli('database show dynamic_auth')).join('\n')).toContain('/dynamic_auth/auth/alice');
    expect((await server.ari('DELETE', '/asterisk/config/dynamic/res_pjsip/auth/alice')).status).toBe(204);
    expect((await server.object('auth', 'alice')).status).toBe(404);
  });
});
