import { afterEach, describe, expect, it } from 'vitest';
import {
  type AmiBench,
  type AmiTestClient,
  MANAGER_CONF,
  Opened,
  type Told,
  told,
} from '../../../tests/support/ami.ts';
import { escapeValue } from './snapshot.ts';

const opened = new Opened();
afterEach(() => opened.close());

async function open(general = ''): Promise<{ bench: AmiBench; client: AmiTestClient }> {
  const conf = MANAGER_CONF.replace('[admin]', `${general}\n[admin]`);
  const bench = await opened.bench({ files: { 'manager.conf': conf } });
  const client = await bench.login();
  await client.until('Event', 'SuccessfulAuth');
  return { bench, client };
}

const SNAPSHOT = [
  'Channel',
  'ChannelState',
  'ChannelStateDesc',
  'CallerIDNum',
  'CallerIDName',
  'ConnectedLineNum',
  'ConnectedLineName',
  'Language',
  'AccountCode',
  'Context',
  'Exten',
  'Priority',
  'Uniqueid',
  'Linkedid',
];
const names = (packet: Told) => packet.map(([name]) => name);

describe('events of channels', () => {
  it('carry the channel in the order that clients know, then what is theirs', async () => {
    const { bench, client } = await open();
    const channel = bench.channel();
    const first = await client.until('Event', 'Newchannel');
    expect(names(first)).toEqual(['Event', 'Privilege', ...SNAPSHOT]);
    expect(first.slice(1, 8)).toEqual([
      ['Privilege', 'call,all'],
      ['Channel', channel.name],
      ['ChannelState', '6'],
      ['ChannelStateDesc', 'Up'],
      ['CallerIDNum', '100'],
      ['CallerIDName', 'Alice'],
      ['ConnectedLineNum', '<unknown>'],
    ]);
    const own = async (name: string) => (await client.until('Event', name)).slice(2 + SNAPSHOT.length);
    channel.enter({ context: 'default', exten: '100', priority: 1 }, 'NoOp', 'hi');
    expect(await own('Newexten')).toEqual([
      ['Extension', '100'],
      ['Application', 'NoOp'],
      ['AppData', 'hi'],
    ]);
    channel.setVariable('A', 'two\nlines "quoted"');
    expect(await own('VarSet')).toEqual([
      ['Variable', 'A'],
      ['Value', 'two\\nlines \\"quoted\\"'],
    ]);
    channel.receivedDigitBegin('5');
    expect(await own('DTMFBegin')).toEqual([
      ['Digit', '5'],
      ['Direction', 'Received'],
    ]);
    channel.receivedDigit('5', 160.4);
    expect(await own('DTMFEnd')).toEqual([
      ['Digit', '5'],
      ['DurationMs', '160'],
      ['Direction', 'Received'],
    ]);
    channel.receivedHold('default');
    expect(await own('Hold')).toEqual([['MusicClass', 'default']]);
    channel.receivedUnhold();
    expect(await own('Unhold')).toEqual([]);
    channel.setCaller({ name: 'B', number: '2' });
    expect(await own('NewCallerid')).toEqual([['CID-CallingPres', '0 (Presentation Allowed, Not Screened)']]);
    channel.setConnected({ name: 'C', number: '3' });
    expect(told(await client.until('Event', 'NewConnectedLine'), 'ConnectedLineName')).toBe('C');
    void channel.requestHangup({ cause: 16, by: 'local' });
    expect(await own('SoftHangupRequest')).toEqual([['Cause', '32']]);
    expect(await own('Hangup')).toEqual([
      ['Cause', '16'],
      ['Cause-txt', 'Normal Clearing'],
    ]);
  });

  it('show the variables of channelvars, and a time where it is asked for', async () => {
    const { bench, client } = await open('channelvars=COLOUR,CHANNEL(language)\ntimestampevents=yes');
    const channel = bench.channel();
    channel.setVariable('COLOUR', 'red');
    const seen = await client.until('Event', 'VarSet');
    expect(names(seen)).toEqual([
      'Event',
      'Privilege',
      'Timestamp',
      ...SNAPSHOT,
      'ChanVariable',
      'ChanVariable',
      'Variable',
      'Value',
    ]);
    expect(seen.filter(([name]) => name === 'ChanVariable').map(([, value]) => value)).toEqual([
      'COLOUR=red',
      'CHANNEL(language)=en',
    ]);
    expect(told(seen, 'Timestamp')).toMatch(/^\d{10}\.\d{6}$/);
  });

  it('that manager.conf disables are told to nobody', async () => {
    const { bench, client } = await open('disabledevents=VarSet, Newstate');
    const channel = bench.channel();
    channel.setVariable('A', '1');
    bench.switch.events.emit('userEvent', channel, 'End', []);
    await client.until('Event', 'UserEvent');
    expect(client.text).not.toContain('Event: VarSet');
  });

  it('are not rendered while nobody wants them', async () => {
    const { bench, client } = await open();
    await client.ask('Action: Events', 'EventMask: off');
    const before = bench.ami.feed.last;
    bench.channel();
    expect(bench.ami.feed.last).toBe(before);
    await client.ask('Action: Events', 'EventMask: user');
    bench.channel();
    expect(bench.ami.feed.last).toBe(before);
  });

  it('of global variables name no channel', async () => {
    const { bench, client } = await open();
    bench.switch.setGlobal('G', '1');
    expect((await client.until('Event', 'VarSet')).slice(2)).toEqual([
      ['Channel', 'none'],
      ['Uniqueid', 'none'],
      ['Variable', 'G'],
      ['Value', '1'],
    ]);
  });
});

describe('events of endpoints and devices', () => {
  it('have the headers that clients know', async () => {
    const { bench, client } = await open();
    const ref = { technology: 'PJSIP', resource: 'alice' };
    bench.switch.endpoints.peerChanged(ref, { status: 'Reachable' });
    expect((await client.until('Event', 'PeerStatus')).slice(1)).toEqual([
      ['Privilege', 'system,all'],
      ['ChannelType', 'PJSIP'],
      ['Peer', 'PJSIP/alice'],
      ['PeerStatus', 'Reachable'],
    ]);
    const contact = { uri: 'sip:a@b', aor: 'alice', status: 'Reachable', roundtripUsec: '' };
    bench.switch.endpoints.contactChanged(ref, contact);
    expect((await client.until('Event', 'ContactStatus')).slice(2)).toEqual([
      ['URI', 'sip:a@b'],
      ['ContactStatus', 'Reachable'],
      ['AOR', 'alice'],
      ['EndpointName', 'alice'],
      ['RoundtripUsec', '0'],
    ]);
    bench.switch.deviceStates.set('Custom:lamp', 'INUSE');
    expect((await client.until('Event', 'DeviceStateChange')).slice(2)).toEqual([
      ['Device', 'Custom:lamp'],
      ['State', 'INUSE'],
    ]);
  });

  it('tell the server as a whole', async () => {
    const { bench, client } = await open();
    bench.ports.server.emit('reloaded');
    expect((await client.until('Event', 'Reload')).slice(2)).toEqual([
      ['Module', 'All'],
      ['Status', '0'],
    ]);
    bench.ports.server.emit('stopping', true);
    expect((await client.until('Event', 'Shutdown')).slice(2)).toEqual([
      ['Shutdown', 'Cleanly'],
      ['Restart', 'True'],
    ]);
  });
});

describe('values of variables', () => {
  it('are escaped as C would', () => {
    expect(escapeValue('plain')).toBe('plain');
    expect(escapeValue('a\tb\\c"d\'e?\r\n\u0007')).toBe('a\\tb\\\\c\\"d\\\'e\\?\\r\\n\\a');
  });
});

describe('a registration at another server', () => {
  it('is told with who is registered where', async () => {
    const { bench, client } = await open();
    bench.switch.events.emit('registry', {
      technology: 'PJSIP',
      username: 'sip:joe@example.com',
      domain: 'sip:registrar.example.com',
      status: 'Rejected',
    });
    expect(await client.until('Event', 'Registry')).toEqual([
      ['Event', 'Registry'],
      ['Privilege', 'system,all'],
      ['ChannelType', 'PJSIP'],
      ['Username', 'sip:joe@example.com'],
      ['Domain', 'sip:registrar.example.com'],
      ['Status', 'Rejected'],
    ]);
  });
});
