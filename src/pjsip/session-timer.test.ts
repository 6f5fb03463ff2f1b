import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../platform/index.ts';
import { type HeaderList, SipResponse } from '../sip/index.ts';
import { agreeTimer, SessionTimer } from './session-timer.ts';
import { PjsipBench } from './test-bench.ts';

let bench: PjsipBench;
beforeEach(() => {
  bench = new PjsipBench();
});
afterEach(() => bench.close());

const SUPPORTED = 'Supported: timer';

/** In the words of the headers that the 2xx carries, or of the refusal. */
async function agree(timers: string, ...headers: string[]): Promise<string> {
  const endpoint = await bench.put('endpoint', 'alice', { timers });
  const agreed = agreeTimer(bench.request('INVITE', 'sip:1@example.com', headers), endpoint);
  if (agreed.kind === 'none') return '';
  const text = agreed.headers.map(([name, value]) => `${name}: ${value}`).join(', ');
  return agreed.kind === 'refused' ? `${agreed.status} ${text}` : text;
}

describe('the session timer of an INVITE', () => {
  // Every line as the original answers it.
  it.each([
    ['yes', [], ''],
    ['yes', [SUPPORTED], ''],
    ['yes', [SUPPORTED, 'Session-Expires: 1200'], 'Session-Expires: 1200;refresher=uac, Require: timer'],
    ['yes', [SUPPORTED, 'Session-Expires: 1200;refresher=uas'], 'Session-Expires: 1200;refresher=uas'],
    ['yes', [SUPPORTED, 'Session-Expires: 60'], '422 Min-SE: 90'],
    ['yes', ['Session-Expires: 1200'], 'Session-Expires: 1200;refresher=uas'],
    ['yes', ['Require: timer', 'x: 300'], 'Session-Expires: 300;refresher=uac, Require: timer'],
    ['yes', ['Session-Expires: soon'], ''],
    ['no', [SUPPORTED, 'Session-Expires: 60'], ''],
    ['always', [], 'Session-Expires: 1800;refresher=uas'],
    ['always', [SUPPORTED], 'Session-Expires: 1800;refresher=uas'],
    ['required', [], '421 Require: timer'],
    ['required', [SUPPORTED], 'Session-Expires: 1800;refresher=uas'],
  ])('timers=%s and %j', async (timers, headers, answer) => {
    expect(await agree(timers, ...headers)).toBe(answer);
  });
});

function start(answer: (headers: HeaderList) => SipResponse | Error) {
  const clock = new FakeClock();
  const told: string[] = [];
  const timer = new SessionTimer(
    clock,
    async (headers) => {
      told.push(`refresh ${headers[0]?.[1]}`);
      const response = answer(headers);
      if (response instanceof Error) throw response;
      return response;
    },
    () => told.push('expired'),
  );
  const pass = async (seconds: number) => {
    clock.advance(seconds * 1000);
    for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  };
  return { clock, told, timer, pass };
}

const ok = (sessionExpires?: string) => {
  const response = new SipResponse(200, 'OK', [], []);
  if (sessionExpires !== undefined) response.append('Session-Expires', sessionExpires);
  return response;
};
const agreed = (seconds: number, ours: boolean) => ({ kind: 'agreed', seconds, ours, headers: [] }) as const;

describe('a running session timer', () => {
  it('ends the call a little before the time is over, unless the far end refreshes', async () => {
    const { clock, told, timer, pass } = start(() => ok());
    timer.start(agreed(1800, false));
    await pass(1700);
    timer.start(agreed(1800, false));
    await pass(1767);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual(['expired']);
    expect(clock.pending).toBe(0);
  });

  it('refreshes at half of the time where that is ours, and goes by what the answer says', async () => {
    const { told, timer, pass } = start(() => ok('600;refresher=uac'));
    timer.start(agreed(1800, true));
    await pass(900);
    expect(told).toEqual(['refresh 1800;refresher=uac']);
    await pass(300);
    expect(told).toEqual(['refresh 1800;refresher=uac', 'refresh 600;refresher=uac']);
    timer.close();
  });

  it('leaves it to the far end when that takes it over', async () => {
    const { told, timer, pass } = start(() => ok('90;refresher=uas'));
    timer.start(agreed(90, true));
    await pass(45);
    await pass(60);
    expect(told).toEqual(['refresh 90;refresher=uac', 'expired']);
  });

  it('ends the call when its refresh fails', async () => {
    const { told, timer, pass } = start(() => new Error('no dialog'));
    timer.start(agreed(90, true));
    await pass(45);
    await pass(15);
    expect(told).toEqual(['refresh 90;refresher=uac', 'expired']);
  });

  it('leaves no timer behind once closed, and does nothing where none was agreed', async () => {
    const { clock, told, timer, pass } = start(() => ok());
    timer.start({ kind: 'none' });
    expect(clock.pending).toBe(0);
    timer.start(agreed(90, true));
    timer.close();
    timer.start(agreed(90, true));
    expect(clock.pending).toBe(0);
    await pass(200);
    expect(told).toEqual([]);
  });
});
