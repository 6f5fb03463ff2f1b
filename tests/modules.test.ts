import { afterEach, describe, expect, it } from 'vitest';
import { Instance } from './support/instance.ts';
import { Phone } from './support/phone.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';

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
    'extensions.conf': '[default]\nexten => front,1,Answer()\n same => n,Stasis(app)\n same => n,Wait(5)\n',
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
