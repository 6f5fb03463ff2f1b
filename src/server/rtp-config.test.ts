import { describe, expect, it } from 'vitest';
import { loadConfig } from '../conf/index.ts';
import { memoryLogger } from '../log/index.ts';
import { readRtpConfig } from './rtp-config.ts';

const read = (text: string) => {
  const log = memoryLogger();
  const bytes = Buffer.from(text);
  const config = loadConfig('/etc/rtp.conf', {
    files: {
      read: () => ({ bytes, mtimeMs: 0, size: bytes.length }),
      kind: () => 'file',
      list: () => [],
      run: () => ({ output: new Uint8Array(), status: 0 }),
    },
  });
  return { range: readRtpConfig(config, log), said: log.lines };
};

describe('rtp.conf', () => {
  it('gives the range of ports', () => {
    expect(read('[general]\nrtpstart=10000\nrtpend=10100\n')).toEqual({
      range: { rtpStart: 10000, rtpEnd: 10100, rtcpIntervalMs: 5000 },
      said: [],
    });
  });

  it('has the defaults of the original where it says nothing', () => {
    const log = memoryLogger();
    expect(readRtpConfig(undefined, log)).toEqual({ rtpStart: 5000, rtpEnd: 31000, rtcpIntervalMs: 5000 });
  });

  it.each([
    ['750', 750],
    ['1', 500],
    ['999999', 60_000],
  ])('keeps an interval of %s ms between RTCP reports within bounds', (text, interval) => {
    expect(read(`[general]\nrtcpinterval=${text}\n`).range.rtcpIntervalMs).toBe(interval);
  });

  it.each([
    ['rtpstart=80', 'rtpstart=80'],
    ['rtpend=many', 'rtpend=many'],
    ['rtcpinterval=often', 'rtcpinterval=often'],
    ['rtpstart=9000\nrtpend=8000', 'from 9000 to 8000'],
  ])('says what is wrong with %j and uses the default', (lines, named) => {
    const { range, said } = read(`[general]\n${lines}\n`);
    expect(range).toEqual({ rtpStart: 5000, rtpEnd: 31000, rtcpIntervalMs: 5000 });
    expect(said.join()).toContain(named);
  });
});
