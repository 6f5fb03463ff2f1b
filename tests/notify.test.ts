import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SipRequest } from '../src/sip/index.ts';
import { Instance } from './support/instance.ts';
import { Phone } from './support/phone.ts';
import { UDP } from './support/pjsip-conf.ts';
import { until } from './support/until.ts';

let server: Instance;
let phone: Phone;
/** What the phone was sent outside of calls. */
let notified: readonly string[][] = [];

beforeAll(async () => {
  server = await Instance.create({
    'pjsip.conf': `${UDP}
[alice]
type=endpoint
context=default
allow=!all,ulaw
aors=alice

[alice]
type=aor
max_contacts=2
`,
    'extensions.conf': '[default]\nexten => wait,1,Answer()\n same => n,Wait(10)\n',
    'pjsip_notify.conf': '[reboot]\nEvent=>check-sync\n',
    'sorcery.conf': '[res_pjsip]\ncontact=memory\n',
  });
  await server.start();
  phone = await Phone.open({ server: server.sipPort, user: 'alice' });
  phone.onPacket = (direction, bytes) => {
    const lines = bytes.toString().split('\r\n');
    if (direction === 'in' && lines[0]?.startsWith('NOTIFY ')) notified = [...notified, lines];
  };
  await phone.register();
}, 30_000);
afterEach(() => {
  notified = [];
});
afterAll(async () => {
  await phone.close();
  await server.close();
});

describe('NOTIFY', () => {
  it('of a kind of the file reaches a phone that registered', async () => {
    expect(await server.cli('pjsip send notify reboot endpoint alice')).toEqual([
      "Sending NOTIFY of type 'reboot' to 'alice'",
    ]);
    await until(() => notified.length > 0);
    const [lines = []] = notified;
    expect(lines[0]).toBe(`NOTIFY ${phone.contact} SIP/2.0`);
    expect(lines).toContain('Event: check-sync');
    expect(lines).toContain('Subscription-State: terminated');
  });

  it('of another kind is known after the file was read again', async () => {
    server.write('pjsip_notify.conf', '[resync]\nEvent=>resync\n');
    await server.rx('module reload res_pjsip_notify.so');
    expect((await server.cli('pjsip send notify reboot endpoint alice'))[0]).toBe(
      "Unable to find notify type 'reboot'",
    );
    await server.rx('pjsip send notify resync endpoint alice');
    await until(() => notified.length > 0);
    expect(notified[0]).toContain('Event: resync');
  });

  it('to a channel goes inside of its call', async () => {
    const call = await phone.call('wait');
    const inside: SipRequest[] = [];
    call.invite.events.on('request', (request, transaction) => {
      inside.push(request);
      transaction.reply(200);
    });
    await call.answered;
    const [row = ''] = (await server.cli('core show channels concise')).filter((each) => each !== '');
    const channel = row.split('!')[0] ?? '';
    server.write('pjsip_notify.conf', '[talk]\nEvent=>talk\n');
    await server.rx('module reload res_pjsip_notify.so');
    expect(await server.cli(`pjsip send notify talk channel ${channel}`)).toEqual([
      `Sending NOTIFY of type 'talk' to '${channel}'`,
    ]);
    await until(() => inside.length > 0);
    expect(inside[0]?.callId).toBe(call.invite.request.callId);
    expect(inside[0]?.get('Event')).toBe('talk');
    phone.hangUp();
    await call.ended;
  });
});
