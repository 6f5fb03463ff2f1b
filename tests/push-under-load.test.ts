import { afterAll, beforeAll, expect, it } from 'vitest';
import { attributes, Instance } from './support/instance.ts';
import { Phone, type PhoneCall } from './support/phone.ts';

/** Endpoints that are changed: ASTERISM_LOAD=10000 is what CI runs, in about a minute. */
const ENDPOINTS = Number(process.env.ASTERISM_LOAD ?? (process.env.CI === 'true' ? 10_000 : 600));
/** Pushes under way at a time, phones that register again and again, and calls that stand all the time. */
const PUSHERS = 16;
const PHONES = 20;
const CALLS = 10;
const TIMEOUT_MS = 60_000 + 60 * ENDPOINTS;

let server: Instance;

beforeAll(async () => {
  server = await Instance.create({
    'sorcery.conf':
      '[res_pjsip]\nendpoint=astdb,ps_endpoints\nauth=astdb,ps_auths\naor=astdb,ps_aors\ncontact=astdb,ps_contacts\n',
    'extensions.conf': '[default]\nexten => wait,1,Answer()\n same => n,Wait(3600)\n',
  });
  await server.start();
});
afterAll(() => server.close());

const name = (index: number) => `e${index}`;

/** Does something for each number below `count`, some at a time. Resolves with what was not as it should be. */
async function each(count: number, work: (index: number) => Promise<string | undefined>): Promise<string[]> {
  const wrong: string[] = [];
  let next = 0;
  const one = async () => {
    while (next < count) {
      const fault = await work(next++);
      if (fault !== undefined) wrong.push(fault);
    }
  };
  await Promise.all(Array.from({ length: PUSHERS }, one));
  return wrong;
}

async function push(type: string, id: string, fields: Record<string, string>): Promise<string | undefined> {
  const { status, body } = await server.push(type, id, fields);
  return status === 200 ? undefined : `${type} ${id}: ${status} ${JSON.stringify(body)}`;
}

it(
  `${ENDPOINTS} endpoints are changed while phones register and call: nothing fails, no call ends, none is ever absent`,
  async () => {
    const made = await each(ENDPOINTS, async (index) => {
      const id = name(index);
      return (
        (await push('auth', id, { username: id, password: 'secret' })) ??
        (await push('aor', id, { max_contacts: '2' })) ??
        (await push('endpoint', id, { auth: id, aors: id, allow: '!all,ulaw', context: 'default' }))
      );
    });
    expect(made).toEqual([]);

    const phones = await Promise.all(
      Array.from({ length: PHONES }, (_, index) =>
        Phone.open({
          server: server.sipPort,
          user: name(Math.floor((index * ENDPOINTS) / PHONES)),
          password: 'secret',
          protocol: index % 4 === 0 ? 'tcp' : 'udp',
        }),
      ),
    );
    const ended: string[] = [];
    const standing: PhoneCall[] = [];
    for (const phone of phones.slice(0, CALLS)) {
      const call = await phone.call('wait');
      await call.answered;
      void call.ended.then(({ kind }) => ended.push(kind));
      standing.push(call);
    }

    let changing = true;
    const wrong: string[] = [];
    const counts = { registrations: 0, calls: 0, reads: 0 };
    const registering = phones.map(async (phone) => {
      while (changing) {
        const { status } = await phone.register();
        counts.registrations++;
        if (status !== 200) wrong.push(`REGISTER: ${status}`);
      }
    });
    const calling = phones.slice(CALLS, CALLS + 3).map(async (phone) => {
      while (changing) {
        const call = await phone.call('wait');
        await call.answered.catch((error: Error) => wrong.push(`INVITE: ${error.message}`));
        phone.drop(call);
        counts.calls++;
      }
    });
    const reading = (async () => {
      while (changing) {
        const id = name(Math.floor(Math.random() * ENDPOINTS));
        const { status } = await server.object('endpoint', id);
        counts.reads++;
        if (status !== 200) wrong.push(`GET ${id}: ${status}`);
      }
    })();
    const changed = await each(ENDPOINTS, (index) =>
      push('endpoint', name(index), { callerid: `Desk <${index}>`, rtp_timeout: '7200' }),
    );
    changing = false;
    await Promise.all([...registering, ...calling, reading]);

    expect([changed, wrong, ended]).toEqual([[], [], []]);
    // Each was really at work meanwhile.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(20);
    for (const call of standing) expect((await call.offer('sendonly')).status).toBe(200);
    expect(await each(ENDPOINTS, changedAsAsked)).toEqual([]);
    for (const call of standing) call.invite.hangup();
    for (const phone of phones) await phone.close();
  },
  TIMEOUT_MS,
);

async function changedAsAsked(index: number): Promise<string | undefined> {
  const { status, body } = await server.object('endpoint', name(index));
  if (status !== 200) return `GET ${name(index)}: ${status}`;
  const callerid = attributes(body).get('callerid');
  return callerid === `"Desk" <${index}>` ? undefined : `${name(index)}: ${callerid}`;
}
