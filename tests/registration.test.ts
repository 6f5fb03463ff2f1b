import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Instance } from './support/instance.ts';
import { Phone } from './support/phone.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';

/** Somebody else's server: an account, and a phone of its own. */
const REGISTRAR =
  UDP +
  phoneConf('joe', {
    auth: { supported_algorithms_uas: 'SHA-256' },
    aor: { max_contacts: '5', minimum_expiration: '60' },
  });

const client = (registrar: number) => `${UDP}
[account]
type=auth
username=joe
password=secret
supported_algorithms_uac=SHA-256,MD5

[configured]
type=registration
server_uri=sip:127.0.0.1:${registrar}
client_uri=sip:joe@127.0.0.1:${registrar}
outbound_auth=account
contact_user=desk
expiration=30
max_random_initial_delay=0
line=yes
endpoint=trunk

[trunk]
type=endpoint
context=trunks
allow=!all,ulaw
`;

const MEMORY =
  '[res_pjsip]\ncontact=memory\nendpoint=config,pjsip.conf,criteria=type=endpoint\nendpoint=memory\n' +
  'auth=config,pjsip.conf,criteria=type=auth\nauth=memory\naor=config,pjsip.conf,criteria=type=aor\naor=memory\n' +
  '[res_pjsip_outbound_registration]\nregistration=config,pjsip.conf,criteria=type=registration\nregistration=memory\n';

let registrar: Instance;
let server: Instance;

/** Waits until something is as it is wanted. */
async function eventually<T>(look: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> {
  const end = Date.now() + 15_000;
  for (;;) {
    const found = await look();
    if (wanted(found)) return found;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const rows = async () =>
  (await server.cli('pjsip show registrations'))
    .filter((line) => line.includes('sip:'))
    .map((line) => line.trim().replace(/ +/g, ' '));
const contacts = async () =>
  (await registrar.cli('pjsip show contacts')).filter((line) => line.includes('joe/sip:'));

beforeAll(async () => {
  registrar = await Instance.create({
    'pjsip.conf': REGISTRAR,
    'sorcery.conf': '[res_pjsip]\ncontact=memory\n',
    'extensions.conf': '[default]\nexten => 100,1,Answer()\n',
  });
  await registrar.start();
  server = await Instance.create({
    'pjsip.conf': client(registrar.sipPort),
    'sorcery.conf': MEMORY,
    'extensions.conf':
      '[trunks]\nexten => desk,1,Answer()\n same => n,Wait(10)\n[default]\nexten => desk,1,Hangup(17)\n',
  });
  await server.start();
}, 60_000);
afterAll(async () => {
  await server.close();
  await registrar.close();
});

describe('a registration of a file', () => {
  it('registers by itself with another server, which asks for longer and for SHA-256', async () => {
    const [row] = await eventually(rows, ([found = '']) => found.includes(' Registered '));
    expect(row).toMatch(/^configured\/sip:127\.0\.0\.1:\d+ account Registered \(exp\. (?:50|4\d)s\)$/);
    const [contact = ''] = await contacts();
    expect(contact).toContain(`joe/sip:desk@127.0.0.1:${server.sipPort};line=`);
  });

  it('is found again in the calls that come for it', async () => {
    const [contact = ''] = await contacts();
    const uri = /joe\/(\S+)/.exec(contact)?.[1] ?? '';
    const phone = await Phone.open({ server: server.sipPort, user: 'somebody' });
    const call = await phone.call('desk', { uri });
    expect((await call.answered).status).toBe(200);
    const [channel = ''] = (await server.cli('core show channels concise')).filter((each) => each !== '');
    expect(channel).toMatch(/^PJSIP\/trunk-/);
    phone.hangUp();
    await call.ended;
    await phone.close();
  });

  it('is one of the ways in which an endpoint is found', async () => {
    expect((await server.cli('pjsip show identifiers'))[1]).toBe('name not specified');
  });
});

describe('registrations that come with a reload', () => {
  const users = async () => (await contacts()).map((each) => /sip:(\w+)@/.exec(each)?.[1]).sort();

  it('of pjsip_wizard.conf register, and are taken back when their lines go', async () => {
    server.write(
      'pjsip_wizard.conf',
      `[provider]
type=wizard
sends_registrations=yes
sends_auth=yes
remote_hosts=127.0.0.1:${registrar.sipPort}
outbound_auth/username=joe
outbound_auth/password=secret
outbound_auth/supported_algorithms_uac=SHA-256
client_uri_pattern=sip:joe@127.0.0.1
registration/contact_user=wizard
registration/max_random_initial_delay=0
registration/expiration=300
`,
    );
    await server.rx('module reload res_pjsip_config_wizard.so');
    await eventually(users, (found) => found.includes('wizard'));
    server.write('pjsip_wizard.conf', '');
    await server.rx('module reload res_pjsip_config_wizard.so');
    await eventually(users, (found) => !found.includes('wizard'));
  });

  it('of pjsip.conf follow what the file says now; others are not touched', async () => {
    const [before] = await contacts();
    const added = '[added]\ntype=registration\nserver_uri=sip:127.0.0.1:@\nclient_uri=sip:joe@127.0.0.1\n';
    const text = `${client(registrar.sipPort)}\n${added.replace('@', String(registrar.sipPort))}outbound_auth=account\nmax_random_initial_delay=0\n`;
    server.write('pjsip.conf', `${text}contact_user=added\n`);
    await server.rx('module reload res_pjsip.so');
    await eventually(users, (found) => found.includes('added'));
    server.write('pjsip.conf', `${text}contact_user=changed\n`);
    await server.rx('module reload res_pjsip.so');
    expect(await eventually(users, (found) => found.includes('changed'))).toEqual(['changed', 'desk']);
    server.write('pjsip.conf', client(registrar.sipPort));
    await server.rx('module reload res_pjsip.so');
    await eventually(users, (found) => found.length === 1);
    expect((await contacts())[0]?.trim().split(' ')[1]).toBe(before?.trim().split(' ')[1]);
  });

  it('go and come with their module', async () => {
    await server.rx('module unload res_pjsip_outbound_registration.so');
    expect(await contacts()).toEqual([]);
    await server.rx('module load res_pjsip_outbound_registration.so');
    await eventually(users, (found) => found.length === 1);
  });
});

describe('a registration that is pushed', () => {
  it('registers, follows changes, and is taken back by deletion', async () => {
    const fields = {
      server_uri: `sip:127.0.0.1:${registrar.sipPort}`,
      client_uri: 'sip:joe@127.0.0.1',
      outbound_auth: 'account',
      contact_user: 'one',
      max_random_initial_delay: '0',
    };
    expect((await server.push('registration', 'pushed', fields)).status).toBe(200);
    const users = async () => (await contacts()).map((each) => /sip:(\w+)@/.exec(each)?.[1]).sort();
    await eventually(users, (found) => found.includes('one'));
    await server.push('registration', 'pushed', { contact_user: 'two' });
    expect(await eventually(users, (found) => found.includes('two'))).toEqual(['desk', 'two']);
    await server.ari('DELETE', '/asterisk/config/dynamic/res_pjsip/registration/pushed');
    await eventually(users, (found) => found.length === 1);
  });

  it('that is refused succeeds once its password is put right', async () => {
    await server.push('auth', 'mistyped', {
      username: 'joe',
      password: 'sceret',
      supported_algorithms_uac: 'SHA-256',
    });
    await server.push('registration', 'mistyped', {
      server_uri: `sip:127.0.0.1:${registrar.sipPort}`,
      client_uri: 'sip:joe@127.0.0.1',
      outbound_auth: 'mistyped',
      max_random_initial_delay: '0',
    });
    const row = async () => (await rows()).find((each) => each.startsWith('mistyped')) ?? '';
    await eventually(row, (found) => found.includes(' Rejected '));
    await server.push('auth', 'mistyped', { password: 'secret' });
    await eventually(row, (found) => found.includes(' Registered '));
    await server.rx('pjsip send unregister mistyped');
    await eventually(row, (found) => found.endsWith(' Unregistered 0'));
  });
});

describe('the end', () => {
  it('takes bindings back when the server is stopped gracefully, not when it is stopped at once', async () => {
    await eventually(contacts, (found) => found.length === 1);
    const exited = server.exited();
    await server.rx('core stop gracefully');
    await exited;
    expect(await contacts()).toEqual([]);
    await server.start();
    await eventually(contacts, (found) => found.length === 1);
    await server.stop('SIGTERM');
    expect(await contacts()).toHaveLength(1);
  });
});
