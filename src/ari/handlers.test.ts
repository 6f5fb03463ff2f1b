import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent, Consumer } from '../stasis/index.ts';
import { type Bench, startBench } from './test-bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

function listener(): Consumer & { kinds: string[]; events: AppEvent[] } {
  const kinds: string[] = [];
  const events: AppEvent[] = [];
  return {
    kinds,
    events,
    tell: (event, application) => {
      kinds.push(`${application} ${event.kind}`);
      events.push(event);
    },
  };
}

/** Alice in the application `app`, and a promise of how she leaves it. */
function enter(consumer: Consumer = listener()) {
  bench.stasis.register('app', consumer);
  const channel = bench.createChannel();
  let left: string | undefined;
  const run = bench.owner.run(channel, async () => {
    left = await bench.stasis.enter(channel, 'app', ['a', 'b']);
  });
  return { channel, run, left: () => left };
}

describe('pushed objects', () => {
  const url = '/asterisk/config/dynamic/res_lamps/lamp/l1';
  const fields = [{ attribute: 'colour', value: 'red' }];

  it('are created, merged, shown and deleted', async () => {
    expect((await bench.inject('GET', url)).json).toMatchObject({ message: "Object with id 'l1' not found" });
    const created = await bench.inject('PUT', url, { fields });
    expect([created.status, created.json]).toEqual([
      200,
      [
        { attribute: 'colour', value: 'red' },
        { attribute: 'place', value: 'hall' },
      ],
    ]);
    await bench.inject('PUT', url, { fields: [{ attribute: 'place', value: 'roof' }] });
    expect((await bench.inject('GET', url)).json).toEqual([
      { attribute: 'colour', value: 'red' },
      { attribute: 'place', value: 'roof' },
    ]);
    expect((await bench.inject('DELETE', url)).status).toBe(204);
    expect((await bench.inject('GET', url)).status).toBe(404);
  });

  it('name the field that is wrong, with the spelling of the reason that pushes have', async () => {
    const answer = await bench.inject('PUT', url, { fields: [{ attribute: 'nosuch', value: '1' }] });
    expect(answer).toMatchObject({ status: 400, reason: 'Bad request' });
    expect(answer.json).toMatchObject({
      message: "Creation of object 'l1' failed field value validation",
      field: 'nosuch',
    });
  });
});

describe('channels', () => {
  it('are shown as recorded, in this order of members', async () => {
    const channel = bench.createChannel();
    const answer = await bench.inject('GET', `/channels/${channel.id}`);
    expect(answer.body).toBe(
      JSON.stringify({
        id: channel.id,
        name: 'PJSIP/alice-00000000',
        state: 'Ring',
        protocol_id: 'call-1',
        caller: { name: '', number: '' },
        connected: { name: '', number: '' },
        accountcode: '',
        dialplan: { context: 'default', exten: 'ivr', priority: 1, app_name: '', app_data: '' },
        creationtime: '2026-11-21T00:31:21.004+0000',
        language: 'en',
      }),
    );
  });

  it('that no application holds are not steered', async () => {
    const channel = bench.createChannel();
    const answer = await bench.inject('POST', `/channels/${channel.id}/answer`);
    expect([answer.status, answer.json]).toMatchObject([
      409,
      { message: 'Channel not in Stasis application' },
    ]);
    expect((await bench.inject('POST', '/channels/nosuch/answer')).status).toBe(404);
  });

  it('answer, ring, send digits and hang up in the order they were told', async () => {
    const { channel, run, left } = enter();
    await Promise.all([
      bench.inject('POST', `/channels/${channel.id}/ring`),
      bench.inject('DELETE', `/channels/${channel.id}/ring`),
      bench.inject('POST', `/channels/${channel.id}/answer`),
      bench.inject('POST', `/channels/${channel.id}/dtmf?dtmf=12`),
    ]);
    expect(channel.state).toBe('Up');
    expect((await bench.inject('DELETE', `/channels/${channel.id}?reason=busy`)).status).toBe(204);
    await run;
    expect(bench.notes).toEqual(['ringing', 'answer', 'digits 12', 'hangup 17']);
    expect(left()).toBe('hangup');
    expect((await bench.inject('GET', '/channels')).json).toEqual([]);
  });

  it('go on in the dial plan where they are told', async () => {
    const { channel, run, left } = enter();
    const url = `/channels/${channel.id}/continue?context=lab&extension=6001&priority=2`;
    expect((await bench.inject('POST', url)).status).toBe(204);
    await run;
    expect(left()).toBe('continue');
    expect(channel.takeGoto()).toEqual({ context: 'lab', exten: '6001', priority: 2 });
  });

  it('move to another application without leaving', async () => {
    const consumer = listener();
    bench.stasis.register('other', consumer);
    const { channel, run } = enter(consumer);
    await bench.inject('POST', `/channels/${channel.id}/move?app=other&appArgs=x,y`);
    await Promise.resolve();
    expect(bench.stasis.holder(channel)).toBe('other');
    expect(consumer.kinds).toEqual(['app StasisStart', 'app StasisEnd', 'other StasisStart']);
    expect(consumer.events.at(-1)).toMatchObject({ args: ['x', 'y'] });
    await bench.inject('DELETE', `/channels/${channel.id}`);
    await run;
  });

  it.each([
    ['reason=bogus', 'Invalid Reason', 'Invalid reason for hangup reason provided'],
    ['reason_code=abc', 'Invalid Reason Code', 'Invalid reason for hangup reason code provided'],
    ['reason=busy&reason_code=21', undefined, "The reason and reason_code can't both be specified"],
  ])('do not end for %s', async (query, reason, message) => {
    const channel = bench.createChannel();
    const answer = await bench.inject('DELETE', `/channels/${channel.id}?${query}`);
    expect(answer).toMatchObject({ status: 400, reason });
    expect(answer.json).toMatchObject({ message });
    expect(bench.owner.get(channel.id)).toBe(channel);
  });

  it('have variables that are set and read', async () => {
    const { channel } = enter();
    const url = `/channels/${channel.id}/variable`;
    expect((await bench.inject('GET', url)).json).toMatchObject({ message: 'Variable name is required' });
    expect(await bench.inject('GET', `${url}?variable=V`)).toMatchObject({
      status: 404,
      reason: 'Variable Not Found',
    });
    expect((await bench.inject('POST', `${url}?variable=V&value=v`)).status).toBe(204);
    expect((await bench.inject('GET', `${url}?variable=V`)).json).toEqual({ value: 'v' });
    expect(await bench.inject('GET', '/channels/x/variable?variable=V')).toMatchObject({
      status: 404,
      reason: 'Channel Not Found',
    });
  });
});

describe('applications', () => {
  const shown = { bridge_ids: [], events_allowed: [], events_disallowed: [] };

  it('are listed by name with what they are subscribed to', async () => {
    const consumer = listener();
    bench.stasis.register('two', consumer);
    bench.stasis.register('one', consumer, true);
    await bench.inject(
      'POST',
      '/applications/two/subscription?eventSource=endpoint:PJSIP,deviceState:Stasis:x',
    );
    expect((await bench.inject('GET', '/applications')).json).toEqual([
      {
        ...shown,
        name: 'one',
        channel_ids: ['__AST_CHANNEL_ALL_TOPIC'],
        bridge_ids: ['__AST_BRIDGE_ALL_TOPIC'],
        endpoint_ids: ['__AST_ENDPOINT_ALL_TOPIC'],
        device_names: ['__AST_DEVICE_STATE_ALL_TOPIC'],
      },
      { ...shown, name: 'two', channel_ids: [], endpoint_ids: ['PJSIP'], device_names: ['Stasis:x'] },
    ]);
  });

  it.each([
    ['POST', 'nosuch', 'channel:x', 404, 'Application not found'],
    ['POST', 'app', undefined, 400, 'Missing parameter eventSource'],
    ['POST', 'app', 'bogus:x', 400, 'Invalid event source URI scheme'],
    ['POST', 'app', '', 400, 'Invalid event source URI scheme'],
    ['POST', 'app', 'channel:nosuch', 422, 'Event source does not exist'],
    ['POST', 'app', 'endpoint:PJSIP/nosuch', 422, 'Event source does not exist'],
    ['DELETE', 'app', 'endpoint:PJSIP', 422, 'Event source was not subscribed to'],
  ])('%s a subscription of %s to %s is refused', async (method, app, source, status, message) => {
    bench.stasis.register('app', listener());
    const query = source === undefined ? '' : `?eventSource=${source}`;
    const answer = await bench.inject(method, `/applications/${app}/subscription${query}`);
    expect([answer.status, answer.json]).toMatchObject([status, { message }]);
  });

  it('may end a subscription to a device that they never had', async () => {
    bench.stasis.register('app', listener());
    const url = '/applications/app/subscription?eventSource=deviceState:Stasis:x';
    expect((await bench.inject('DELETE', url)).status).toBe(200);
  });

  it('are told only what their filter lets through', async () => {
    const consumer = listener();
    const filter = {
      allowed: [{ type: 'StasisStart' }, { type: 'StasisEnd' }],
      disallowed: [{ type: 'StasisEnd' }],
    };
    bench.stasis.register('app', consumer);
    const answer = await bench.inject('PUT', '/applications/app/eventFilter', filter);
    expect(answer.json).toMatchObject({
      events_allowed: filter.allowed,
      events_disallowed: filter.disallowed,
    });
    const { channel, run } = enter(consumer);
    await bench.inject('POST', `/channels/${channel.id}/answer`);
    await bench.inject('DELETE', `/channels/${channel.id}`);
    await run;
    expect(consumer.kinds).toEqual(['app StasisStart']);
    expect((await bench.inject('PUT', '/applications/app/eventFilter', {})).json).toMatchObject(shown);
    for (const allowed of ['x', [1], [{ x: 1 }]]) {
      const refused = await bench.inject('PUT', '/applications/app/eventFilter', { allowed });
      expect([refused.status, refused.json]).toMatchObject([400, { message: 'Invalid format definition' }]);
    }
  });

  it('are sent user events with any JSON in them', async () => {
    const consumer = listener();
    bench.stasis.register('app', consumer);
    const url = '/events/user/ev1?application=app';
    expect((await bench.inject('POST', url, { variables: { a: 'b', n: 5, o: { x: [1] } } })).status).toBe(
      204,
    );
    expect(consumer.events).toMatchObject([
      { kind: 'ChannelUserevent', name: 'ev1', values: { n: 5, o: { x: [1] } } },
    ]);
    expect((await bench.inject('POST', '/events/user/ev1?application=nosuch')).status).toBe(404);
    expect((await bench.inject('POST', `${url}&source=channel:nosuch`)).status).toBe(422);
    expect((await bench.inject('POST', `${url}&source=deviceState:x`)).status).toBe(400);
    expect((await bench.inject('POST', url, { variables: 'text' })).status).toBe(500);
  });
});

describe('endpoints and device states', () => {
  it('are looked up by technology in the case of the list, one by one in any case', async () => {
    const alice = { technology: 'PJSIP', resource: 'alice', state: 'offline', channel_ids: [] };
    expect((await bench.inject('GET', '/endpoints')).json).toEqual([alice]);
    expect((await bench.inject('GET', '/endpoints/PJSIP')).json).toEqual([alice]);
    expect((await bench.inject('GET', '/endpoints/pjsip')).json).toMatchObject({
      message: 'No Endpoints found - invalid tech pjsip',
    });
    expect((await bench.inject('GET', '/endpoints/pjsip/alice')).json).toEqual(alice);
    expect((await bench.inject('GET', '/endpoints/PJSIP/bob')).status).toBe(404);
  });

  it('of its own are set and forgotten, those of others only shown', async () => {
    const put = (device: string, state: string) =>
      bench.inject('PUT', `/deviceStates/${device}?deviceState=${state}`);
    expect((await put('Stasis:a', 'busy')).status).toBe(204);
    expect((await bench.inject('GET', '/deviceStates')).json).toEqual([{ name: 'Stasis:a', state: 'BUSY' }]);
    expect((await put('Stasis:a', 'bogus')).status).toBe(500);
    expect((await put('Custom:a', 'INUSE')).status).toBe(409);
    expect((await bench.inject('GET', '/deviceStates/Custom:a')).json).toMatchObject({ state: 'UNKNOWN' });
    expect((await bench.inject('DELETE', '/deviceStates/Stasis:a')).status).toBe(204);
    expect((await bench.inject('GET', '/deviceStates')).json).toEqual([]);
  });
});

describe('mailboxes', () => {
  const open = async () => {
    await bench.close();
    bench = await startBench({ running: () => true });
  };

  it('are set, which makes them, shown and removed; the switch is told', async () => {
    await open();
    const told: string[] = [];
    bench.owner.events.on('mailbox', (name, counts) => told.push(`${name} ${counts.new}/${counts.old}`));
    const put = (query: string) => bench.inject('PUT', `/mailboxes/6001@default?${query}`);
    expect((await put('oldMessages=1&newMessages=2')).status).toBe(204);
    const counts = { name: '6001@default', old_messages: 1, new_messages: 2 };
    expect((await bench.inject('GET', '/mailboxes/6001@default')).json).toEqual(counts);
    expect((await bench.inject('GET', '/mailboxes')).json).toEqual([counts]);
    expect(bench.owner.deviceStates.get('MWI:6001@default')).toBe('INUSE');
    expect((await put('oldMessages=3&newMessages=0')).status).toBe(204);
    expect(bench.owner.deviceStates.get('MWI:6001@default')).toBe('NOT_INUSE');
    expect((await bench.inject('DELETE', '/mailboxes/6001@default')).status).toBe(204);
    expect(told).toEqual(['6001@default 2/1', '6001@default 0/3', '6001@default 0/0']);
    expect((await bench.inject('GET', '/mailboxes')).json).toEqual([]);
  });

  it('are refused what is no number, and not found where there are none', async () => {
    await open();
    const put = (query: string) => bench.inject('PUT', `/mailboxes/a?${query}`);
    expect((await put('oldMessages=1')).json).toMatchObject({
      code: 'PARAMETER_MISSING',
      field: 'newMessages',
    });
    for (const wrong of ['-1', 'x', '1.5', '4294967296', ''])
      expect((await put(`oldMessages=${wrong}&newMessages=0`)).json).toMatchObject({
        code: 'MAILBOX_COUNT_INVALID',
        field: 'oldMessages',
      });
    for (const method of ['GET', 'DELETE'])
      expect((await bench.inject(method, '/mailboxes/a')).json).toMatchObject({
        message: 'Mailbox not found',
      });
  });
});

describe('modules and information', () => {
  it('shows a module by its whole name only', async () => {
    expect((await bench.inject('GET', '/asterisk/modules/res_ari.so')).json).toMatchObject({
      status: 'Running',
    });
    expect((await bench.inject('GET', '/asterisk/modules/res_ari')).status).toBe(409);
    expect((await bench.inject('GET', '/asterisk/modules/nosuch.so')).status).toBe(404);
  });

  it.each([
    ['DELETE', 'app_echo.so', 204, undefined],
    ['DELETE', 'nosuch.so', 404, 'Module not found in running modules'],
    ['DELETE', 'res_stasis.so', 409, 'Module could not be unloaded'],
    ['POST', 'res_ari.so', 409, 'Module is already loaded'],
    ['POST', 'nosuch.so', 409, 'Module load declined'],
    ['PUT', 'res_ari.so', 204, undefined],
    ['PUT', 'app_echo.so', 409, 'Module does not support reloading'],
    ['PUT', 'nosuch.so', 404, 'Module not found in running modules'],
  ])('answers %s of %s with %i', async (method, name, status, message) => {
    const answer = await bench.inject(method, `/asterisk/modules/${name}`);
    expect(answer.status).toBe(status);
    if (message !== undefined) expect(answer.json).toMatchObject({ message });
  });

  it('loads a module again that was unloaded', async () => {
    await bench.inject('DELETE', '/asterisk/modules/app_echo.so');
    expect((await bench.inject('GET', '/asterisk/modules/app_echo.so')).status).toBe(404);
    expect((await bench.inject('POST', '/asterisk/modules/app_echo.so')).status).toBe(204);
    expect((await bench.inject('GET', '/asterisk/modules/app_echo.so')).status).toBe(200);
  });

  it('shows the parts of the information that are asked for', async () => {
    const keys = async (query: string) =>
      Object.keys((await bench.inject('GET', `/asterisk/info${query}`)).json ?? {});
    expect(await keys('')).toEqual(['build', 'system', 'config', 'status']);
    expect(await keys('?only=build,status')).toEqual(['build', 'status']);
    expect(await keys('?only=')).toEqual([]);
  });
});
