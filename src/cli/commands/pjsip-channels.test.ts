import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUIET_STATS, type RtpStats } from '../../media/index.ts';
import type { ChannelState } from '../../switch/index.ts';
import { type Bench, startBench } from '../test-bench.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench({ modules: [{ name: 'chan_pjsip', description: 'PJSIP Channel Driver' }] });
});

afterEach(() => bench.close());

interface Call {
  endpoint: string;
  state?: ChannelState;
  exten: string;
  app: [name: string, data: string];
  technology?: string;
  stats?: Partial<RtpStats>;
  account?: string;
  number?: string;
}

/** A channel as a call makes one, with audio that has been measured. */
function call({ endpoint, state = 'Up', exten, app, technology = 'PJSIP', stats, account, number }: Call) {
  const channel = bench.owner.create({
    namePrefix: `${technology}/${endpoint}`,
    technology,
    endpoint,
    state,
    location: { context: 'default', exten, priority: 1 },
    caller: { name: 'Bob B', number: number ?? '2001' },
    accountCode: account ?? '',
    driver: {
      protocolId: 'call-1',
      media: {
        echo: () => {},
        play: () => ({ finished: Promise.resolve('done'), stop: () => {} }),
        format: () => 'ulaw',
        stats: async () => (stats === undefined ? undefined : { ...QUIET_STATS, ...stats }),
      },
      answer: async () => {},
      indicate: () => {},
      hangup: () => {},
    },
  });
  channel.enter({ context: 'default', exten, priority: 2 }, ...app);
  return channel;
}

const lines = async (command: string) => (await bench.run(command)).split('\n');

describe('core show channels', () => {
  it('prints the columns of the original, brief, verbose and for programs', async () => {
    call({ endpoint: 'bob', state: 'Ring', exten: 'ring', app: ['Wait', '60'] });
    call({ endpoint: 'bob', exten: 'echo', app: ['Echo', ''] });
    bench.clock.advance(2_000);
    expect(await lines('core show channels')).toEqual([
      'Channel                                                          Location                         State   Application(Data)             ',
      'PJSIP/bob-00000000                                               ring@default:2                   Ring    Wait(60)                      ',
      'PJSIP/bob-00000001                                               echo@default:2                   Up      Echo()                        ',
      '2 active channels',
      '2 active calls',
      '2 calls processed',
      '',
    ]);
    expect(await lines('core show channels verbose')).toEqual([
      'Channel                                                                          Context                  Extension                Prio State   Application  Data                      CallerID        Duration Accountcode PeerAccount BridgeID            ',
      'PJSIP/bob-00000000                                                               default                  ring                        2 Ring    Wait         60                        2001            00:00:02                                             ',
      'PJSIP/bob-00000001                                                               default                  echo                        2 Up      Echo         (Empty)                   2001            00:00:02                                             ',
      '2 active channels',
      '2 active calls',
      '2 calls processed',
      '',
    ]);
    const ids = [...bench.owner.channels()].map((each) => each.id);
    expect(await lines('core show channels concise')).toEqual([
      `PJSIP/bob-00000000!default!ring!2!Ring!Wait!60!2001!!!3!2!!${ids[0]}`,
      `PJSIP/bob-00000001!default!echo!2!Up!Echo!!2001!!!3!2!!${ids[1]}`,
      '',
    ]);
    expect(await bench.run('core show channels count')).toBe(
      '2 active channels\n2 active calls\n2 calls processed\n',
    );
    expect(await lines('core show calls uptime seconds')).toEqual([
      '2 active calls',
      '2 calls processed',
      'System uptime: 90063',
      '',
    ]);
    expect(await bench.run('core show calls uptime')).toContain('System uptime: 1 day, 1 hour, 1 minute');
    for (const wrong of ['channels nosuch', 'channels count concise', 'calls seconds', 'channel'])
      expect(await bench.run(`core show ${wrong}`)).toMatch(/^Usage: core show /);
  });

  it('cuts what is too long for its column', async () => {
    const endpoint = 'averyveryverylongendpointnamethatgoesonandonandonandon';
    call({
      endpoint,
      exten: 'echo',
      app: ['Echo', ''],
      account: 'averylongaccountcode',
      number: '2001234567890123456789',
    });
    expect((await lines('core show channels'))[1]).toBe(
      'PJSIP/averyveryverylongendpointnamethatgoesonandonandonandon-000 echo@default:2                   Up      Echo()                        ',
    );
    expect((await lines('core show channels verbose'))[1]).toBe(
      'PJSIP/averyveryverylongendpointnamethatgoesonandonandonandon-00000000            default                  echo                        2 Up      Echo         (Empty)                   200123456789012 00:00:00 averylongac                                 ',
    );
    expect((await lines('pjsip show channels'))[5]).toBe(
      '  Channel: PJSIP/averyveryverylongendpointnamethatgoesonandonand Up            00:00:00   ',
    );
  });

  it('shows one with everything that is known of it', async () => {
    const channel = call({ endpoint: 'bob', exten: 'wait', app: ['Wait', '60'] });
    channel.setVariable('SIPDOMAIN', '127.0.0.1');
    bench.clock.advance(61_000);
    const shown = await lines('core show channel pjsip/BOB-00000000');
    for (const line of [
      '           Name: PJSIP/bob-00000000',
      `       UniqueID: ${channel.id}`,
      ' Caller ID Name: Bob B',
      'Connected Line ID: (N/A)',
      '          State: Up (6)',
      '  NativeFormats: (ulaw)',
      '   Elapsed Time: 0h1m1s',
      '           Data: 60',
      'SIPDOMAIN=127.0.0.1',
    ])
      expect(shown).toContain(line);
    expect(await bench.run('core show channel nosuch')).toBe('nosuch is not a known channel\n');
  });
});

const HEADER = [
  '',
  '  Channel:  <ChannelId........................................>  <State.....>  <Time.....>',
  '      Exten: <DialedExten.............>  CLCID: <ConnectedLineCID.......>',
  `${'='.repeat(90)}`,
  '',
];

describe('pjsip show channels', () => {
  it('prints two lines of each', async () => {
    call({ endpoint: 'bob', exten: 'wait', app: ['Wait', '60'] });
    call({ endpoint: 'wait@default', exten: 's', app: ['Wait', ''], technology: 'Local' });
    bench.clock.advance(1_000);
    const two = [
      '  Channel: PJSIP/bob-00000000/Wait                               Up            00:00:01   ',
      '      Exten: wait                        CLCID: "" <>',
    ];
    const all = [...HEADER, ...two, '', '', 'Objects found: 1', '', ''];
    expect(await lines('pjsip show channels')).toEqual(all);
    expect(await lines('pjsip show channels like bo+b')).toEqual(all);
    expect(await lines('pjsip show channel PJSIP/bob-00000000')).toEqual([...HEADER, ...two, '', '', '']);
    expect(await lines('pjsip list channels')).toEqual([
      ...HEADER.filter((_line, at) => at !== 2),
      two[0],
      '',
      'Objects found: 1',
      '',
      '',
    ]);
    expect(await bench.run('pjsip show channels like alice')).toBe('No objects found.\n\n');
    expect(await bench.run('pjsip show channels like')).toMatch(/^Usage: pjsip show channels \[ like/);
    expect(await bench.run('pjsip show channels like (')).toBe('No objects found.\n\n');
    expect(await bench.run('pjsip show channel Local/wait@default-00000000')).toContain('Unable to find');
    expect(await bench.run('pjsip show channel')).toBe(
      "No object specified.\nCommand 'pjsip show channel' failed.\n",
    );
    expect(bench.cli.complete('pjsip show channel ')).toEqual(['PJSIP/bob-00000000']);
  });
});

describe('pjsip show channelstats', () => {
  it('prints what RTP and RTCP told, and which channels have no audio yet', async () => {
    call({ endpoint: 'bob', state: 'Ring', exten: 'ring', app: ['Wait', '60'] });
    const measured = { rxCount: 199, rxLost: 124, txCount: 199, rxJitter: 0.0125, rtt: 0.02 };
    call({ endpoint: 'bob', exten: 'echo', app: ['Echo', ''], stats: measured });
    call({ endpoint: 'carol', exten: 'echo', app: ['Echo', ''], stats: { rxCount: 123_456 } });
    bench.clock.advance(8_000);
    expect(await lines('pjsip show channelstats')).toEqual([
      '',
      '                                             ...........Receive......... .........Transmit..........',
      ' BridgeId ChannelId ........ UpTime.. Codec.   Count    Lost Pct  Jitter   Count    Lost Pct  Jitter RTT....',
      ' ===========================================================================================================',
      '',
      ' PJSIP/bob-00000000 not valid',
      '          bob-00000001       00:00:08 ulaw      199     124   62   0.013    199       0    0   0.000   0.020',
      '          carol-00000002     00:00:08 ulaw      123K      0    0   0.000      0       0    0   0.000   0.000',
      '',
      'Objects found: 3',
      '',
      '',
    ]);
    expect(await bench.run('pjsip show channelstats like zz')).toBe('No objects found.\n\n');
  });
});
