import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import type { AppEvent } from '../stasis/index.ts';
import { Switch } from '../switch/index.ts';
import { forApplication, renderEvent } from './events.ts';

const clock = new FakeClock(Date.UTC(2026, 10, 21, 0, 31, 54, 745));
const channel = new Switch({ log: silentLogger, clock }).create({
  namePrefix: 'PJSIP/alice',
  technology: 'PJSIP',
  state: 'Up',
  driver: {
    protocolId: 'id@host',
    media: undefined,
    answer: async () => {},
    indicate: () => {},
    hangup: () => {},
  },
  location: { context: 'default', exten: 'args', priority: 1 },
  caller: { name: 'Alice', number: '100' },
});
const endpoint = { technology: 'PJSIP', resource: 'alice', state: 'online', channelIds: [] } as const;

function render(event: AppEvent): Record<string, unknown> {
  return JSON.parse(forApplication(renderEvent(event, clock.now(), '02:fc:00:00:00:01'), 'my "app"'));
}

describe('an event', () => {
  const at = '2026-11-21T00:31:54.745+0000';

  it('ends with whose server and which application it is from', () => {
    expect(Object.entries(render({ kind: 'StasisEnd', channel })).slice(-2)).toEqual([
      ['asterisk_id', '02:fc:00:00:00:01'],
      ['application', 'my "app"'],
    ]);
  });

  it.each([
    [{ by: 'local', cause: 17 }, ['cause', 'soft', 'type', 'timestamp', 'channel'], 32],
    [{ by: 'dialplan', cause: 16 }, ['cause', 'soft', 'type', 'timestamp', 'channel'], 16],
    [{ by: 'remote', cause: 0 }, ['type', 'timestamp', 'channel'], undefined],
    [{ by: 'remote', cause: 17 }, ['cause', 'type', 'timestamp', 'channel'], 17],
    [{ by: 'remote', cause: 0, tellsCause: true }, ['cause', 'type', 'timestamp', 'channel'], 0],
  ] as const)('about a hangup asked for as %j has what was recorded', (request, members, cause) => {
    const event = render({ kind: 'ChannelHangupRequest', channel, request });
    expect(Object.keys(event).slice(0, -2)).toEqual(members);
    expect(event.cause).toBe(cause);
  });

  it.each([
    [{ kind: 'ChannelVarset', channel, name: 'A', value: '1' }, 'variable,value,type,timestamp,channel'],
    [{ kind: 'ChannelVarset', channel: undefined, name: 'A', value: '1' }, 'variable,value,type,timestamp'],
    [{ kind: 'ChannelDestroyed', channel }, 'type,timestamp,cause,cause_txt,channel'],
    [{ kind: 'ChannelDialplan', channel }, 'type,timestamp,dialplan_app,dialplan_app_data,channel'],
    [
      { kind: 'ChannelDtmfReceived', channel, digit: '5', durationMs: 160 },
      'type,timestamp,digit,duration_ms,channel',
    ],
    [{ kind: 'ChannelHold', channel, musicClass: 'default' }, 'type,timestamp,musicclass,channel'],
    [{ kind: 'ChannelHold', channel, musicClass: '' }, 'type,timestamp,channel'],
    [
      { kind: 'ChannelCallerId', channel },
      'type,timestamp,caller_presentation,caller_presentation_txt,channel',
    ],
    [{ kind: 'DeviceStateChanged', device: 'd', state: 'INUSE' }, 'type,timestamp,device_state'],
    [{ kind: 'ApplicationReplaced' }, 'type,timestamp'],
    [
      { kind: 'ChannelUserevent', channel, name: 'Ev1', values: { k: 'v' } },
      'type,timestamp,eventname,userevent,channel',
    ],
  ] as const)('has its members in the order that was recorded: %#', (event, members) => {
    expect(Object.keys(render(event)).slice(0, -2).join(',')).toBe(members);
  });

  it('about a contact shows the endpoint with its state', () => {
    const contact = { uri: 'sip:a@h', aor: 'alice', status: 'NonQualified', roundtripUsec: '0' };
    expect(render({ kind: 'ContactStatusChange', endpoint, contact })).toEqual({
      type: 'ContactStatusChange',
      timestamp: at,
      endpoint: { technology: 'PJSIP', resource: 'alice', state: 'online', channel_ids: [] },
      contact_info: { uri: 'sip:a@h', contact_status: 'NonQualified', aor: 'alice', roundtrip_usec: '0' },
      asterisk_id: '02:fc:00:00:00:01',
      application: 'my "app"',
    });
  });

  it('about a peer leaves out what is not known', () => {
    expect(render({ kind: 'PeerStatusChange', endpoint, peer: { status: 'Reachable' } })).toMatchObject({
      peer: { peer_status: 'Reachable' },
    });
  });

  it('that a program sends has its own members before the name', () => {
    const event = render({
      kind: 'ChannelUserevent',
      channel: undefined,
      name: 'Ev1',
      values: { k: 'v', n: 1 },
    });
    expect(JSON.stringify(event.userevent)).toBe('{"k":"v","n":1,"eventname":"Ev1"}');
  });
});
