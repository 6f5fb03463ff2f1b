import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, Instance } from './support/instance.ts';
import { Phone, type PhoneCall, type PhoneOptions } from './support/phone.ts';

// What is pushed takes effect by itself: the next packet sees it, and calls see nothing.

const SORCERY = `[res_pjsip]
endpoint=astdb,ps_endpoints
auth=astdb,ps_auths
aor=astdb,ps_aors
contact=memory
transport=astdb,ps_transports
global=memory
system=memory
domain_alias=memory
[res_pjsip_endpoint_identifier_ip]
identify=memory
[res_pjsip_acl]
acl=memory
`;

const EXTENSIONS = `[default]
exten => wait,1,Answer()
 same => n,Wait(60)
`;

let server: Instance;
let first: number;
const phones: Phone[] = [];

beforeAll(async () => {
  server = await Instance.create({
    'sorcery.conf': SORCERY,
    'extensions.conf': EXTENSIONS,
    'pjsip.conf': '',
    'acl.conf': '[far]\ndeny=127.0.0.4\n',
  });
  await server.start();
  first = await freePort();
  await ok('transport', 'udp', { protocol: 'udp', bind: `127.0.0.1:${first}` });
  await ok('transport', 'tcp', { protocol: 'tcp', bind: `127.0.0.1:${first}` });
  await ok('auth', 'alice', { username: 'alice', password: 'secret' });
  await ok('aor', 'alice', { max_contacts: '100' });
  await ok('endpoint', 'alice', { auth: 'alice', aors: 'alice', allow: '!all,ulaw' });
});
afterEach(async () => {
  for (const phone of phones) phone.hangUp();
  for (const phone of phones.splice(0)) await phone.close();
});
afterAll(() => server.close());

async function ok(type: string, id: string, fields: Record<string, string>): Promise<void> {
  expect(await server.push(type, id, fields)).toMatchObject({ status: 200 });
}

async function open(port: number, options: Partial<PhoneOptions> = {}): Promise<Phone> {
  const phone = await Phone.open({ server: port, user: 'alice', password: 'secret', ...options });
  phones.push(phone);
  return phone;
}

async function talk(phone: Phone): Promise<PhoneCall> {
  const call = await phone.call('wait');
  await call.answered;
  return call;
}

const listeners = async () =>
  (await server.cli('pjsip show transports')).filter((line) => /^Transport: {2}[^<]/.test(line));

describe('transports that are pushed', () => {
  it('listen when the push is answered, and again after a restart', async () => {
    expect((await (await open(first)).register()).status).toBe(200);
    expect((await (await open(first, { protocol: 'tcp' })).register()).status).toBe(200);
    await server.restart();
    expect((await (await open(first)).register()).status).toBe(200);
    expect(await listeners()).toEqual([
      `Transport:  tcp                       tcp      0      0  127.0.0.1:${first}`,
      `Transport:  udp                       udp      0      0  127.0.0.1:${first}`,
    ]);
  });

  it.each(['udp', 'tcp'] as const)(
    '%s move and are deleted under a call, which goes on until it is hung up',
    async (protocol) => {
      const [port, next] = [await freePort(), await freePort()];
      await ok('transport', 'moving', { protocol, bind: `127.0.0.1:${port}` });
      const call = await talk(await open(port, { protocol }));
      await ok('transport', 'moving', { bind: `127.0.0.1:${next}` });
      expect((await (await open(next, { protocol })).register()).status).toBe(200);
      expect((await call.offer('sendonly')).status).toBe(200);
      expect((await server.ari('DELETE', '/asterisk/config/dynamic/res_pjsip/transport/moving')).status).toBe(
        204,
      );
      expect((await call.offer('sendrecv', 'UPDATE')).status).toBe(200);
      const staying = (await listeners()).filter((line) => line.startsWith(`Transport:  ${protocol} 127`));
      expect(staying).toEqual([
        `Transport:  ${protocol} 127.0.0.1:${protocol === 'udp' ? port : next} (until its calls end)`,
      ]);
      const [channel] = (await server.ari('GET', '/channels')).body as { id: string }[];
      expect((await server.ari('DELETE', `/channels/${channel?.id}`)).status).toBe(204);
      expect((await call.ended).kind).toBe('bye');
    },
  );

  it('are refused when the port is taken, and nothing has changed then', async () => {
    const answer = await server.push('transport', 'udp', {
      bind: `127.0.0.1:${server.httpPort}`,
      protocol: 'tcp',
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        message: "Update of object 'udp' failed field value validation",
        code: 'PUSH_FIELD_REFUSED',
        field: 'bind',
        detail: `cannot listen on tcp 127.0.0.1:${server.httpPort}: something else listens there (EADDRINUSE)`,
      },
    });
    expect((await (await open(first)).register()).status).toBe(200);
  });
});

describe('the very next packet sees', () => {
  const register = async (options: Partial<PhoneOptions> = {}, contacts?: readonly string[]) => {
    const phone = await open(first, options);
    return (await phone.register(120, contacts)).status;
  };
  const challenge = async (user = 'alice', domain = `127.0.0.1:${first}`) => {
    const phone = await Phone.open({ server: first, user });
    phones.push(phone);
    const request = phone.request('REGISTER', undefined, { headers: [['Contact', `<${phone.contact}>`]] });
    request.set('From', `<sip:${user}@${domain}>;tag=t`);
    return phone.agent.request(request);
  };
  const gone = async (type: string, id: string) =>
    expect((await server.ari('DELETE', `/asterisk/config/dynamic/res_pjsip/${type}/${id}`)).status).toBe(204);

  it('acl objects, their lists of acl.conf, and the lists of an endpoint', async () => {
    expect(await register({ address: '127.0.0.3' })).toBe(200);
    await ok('acl', 'a', { deny: '127.0.0.3', acl: 'far' });
    expect([await register({ address: '127.0.0.3' }), await register({ address: '127.0.0.4' })]).toEqual([
      403, 403,
    ]);
    server.write('acl.conf', '[far]\ndeny=127.0.0.5\n');
    await server.rx('module reload acl');
    expect([await register({ address: '127.0.0.4' }), await register({ address: '127.0.0.5' })]).toEqual([
      200, 403,
    ]);
    await ok('acl', 'b', { contact_deny: '10.0.0.0/8' });
    expect([await register({}, ['<sip:alice@10.0.0.1>']), await register()]).toEqual([403, 200]);
    await gone('acl', 'a');
    await gone('acl', 'b');
    expect(await register({ address: '127.0.0.3' }, ['<sip:alice@10.0.0.1>'])).toBe(200);
    await ok('endpoint', 'alice', { deny: '127.0.0.0/8', permit: '127.0.0.1' });
    expect([await register({ address: '127.0.0.3' }), await register()]).toEqual([401, 200]);
    // What is kept in AstDB is the same after the row was read again.
    await server.restart();
    expect([await register({ address: '127.0.0.3' }), await register()]).toEqual([401, 200]);
    await gone('endpoint', 'alice');
    await ok('endpoint', 'alice', { auth: 'alice', aors: 'alice', allow: '!all,ulaw' });
    expect(await register({ address: '127.0.0.3' })).toBe(200);
  });

  it('identify and global: who somebody is, in which realm, by which name', async () => {
    await ok('endpoint', 'trunk', { allow: '!all,ulaw' });
    const options = async () => {
      const phone = await Phone.open({ server: first, user: 'nobody', address: '127.0.0.6' });
      phones.push(phone);
      return (await phone.agent.request(phone.request('OPTIONS', undefined))).status;
    };
    expect(await options()).toBe(401);
    await ok('identify', 'trunk', { endpoint: 'trunk', match: '127.0.0.6' });
    expect(await options()).toBe(200);
    await ok('identify', 'trunk', { match: '127.0.0.7' });
    expect(await options()).toBe(200);
    await gone('identify', 'trunk');
    expect(await options()).toBe(401);
    await ok('global', 'global', { default_realm: 'desk', user_agent: 'Desk 1' });
    const answer = await challenge();
    expect(answer.get('WWW-Authenticate')).toContain('realm="desk"');
    expect(answer.get('Server')).toBe('Desk 1');
    await gone('global', 'global');
    expect((await challenge()).get('WWW-Authenticate')).toContain('realm="asterisk"');
  });

  it('domain_alias: one domain as another', async () => {
    await ok('auth', 'carol', { username: 'carol', password: 'secret', realm: 'carols' });
    await ok('endpoint', 'carol@example.com', { auth: 'carol', allow: '!all,ulaw' });
    const realm = async () => (await challenge('carol', 'example.net')).get('WWW-Authenticate');
    expect(await realm()).toContain('realm="asterisk"');
    await ok('domain_alias', 'example.net', { domain: 'example.com' });
    expect(await realm()).toContain('realm="carols"');
    await gone('domain_alias', 'example.net');
    expect(await realm()).toContain('realm="asterisk"');
  });
});
