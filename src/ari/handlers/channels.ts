import { AsterismError } from '../../errors/index.ts';
import type { Channel, GotoTarget, Indication } from '../../switch/index.ts';
import { channelJson } from '../events.ts';
import { type AriAnswer, type Call, type Handler, json, noContent } from '../operation.ts';
import { hangupCause } from './hangup-reasons.ts';
import type { AriPorts } from './ports.ts';

/** Longest digit string that is sent in one request, and the longest time one digit or pause may take. */
const MAX_DIGITS = 256;
const MAX_DIGIT_MS = 60_000;

/** `/channels`: looking at them, and steering those that an application holds. */
export function channelsHandlers(ports: AriPorts): Record<string, Handler> {
  const find = (call: Call): Channel => {
    const channel = ports.switch.get(call.path('channelId'));
    if (channel === undefined) throw new AsterismError('CHANNEL_NOT_FOUND');
    return channel;
  };
  /** Only a channel that an application holds may be steered: anything else is busy with the dial plan. */
  const held = (call: Call): Channel => {
    const channel = find(call);
    if (ports.stasis.holder(channel) === undefined) throw new AsterismError('CHANNEL_NOT_IN_STASIS');
    return channel;
  };
  /** Queues work behind what was asked for before it; the answer tells that it was done. */
  const done = async (channel: Channel, work: () => Promise<unknown> | unknown): Promise<AriAnswer> => {
    await ports.stasis.command(channel, work);
    return noContent;
  };
  const indicate =
    (indication: Indication): Handler =>
    (call) => {
      const channel = held(call);
      return done(channel, () => channel.indicate(indication));
    };
  const variable = (call: Call): string => {
    const name = call.text('variable');
    if (name === undefined || name === '') throw new AsterismError('VARIABLE_NAME_MISSING');
    return name;
  };
  return {
    'channels.list': () => json([...ports.switch.channels()].map(channelJson)),
    'channels.get': (call) => json(channelJson(find(call))),
    'channels.hangup': (call) => {
      const channel = find(call);
      const cause = hangupCause(call.text('reason'), call.text('reason_code'));
      void channel.requestHangup({ cause, by: 'local' });
      return noContent;
    },
    'channels.answer': (call) => {
      const channel = held(call);
      return done(channel, () => channel.answer());
    },
    'channels.ring': indicate('ringing'),
    // There is nothing to send: a far end that was told to ring goes on until it hears something else.
    'channels.ringStop': (call) => done(held(call), () => {}),
    'channels.progress': indicate('progress'),
    'channels.hold': indicate('hold'),
    'channels.unhold': indicate('unhold'),
    'channels.sendDTMF': (call) => {
      const channel = held(call);
      const digits = call.text('dtmf') ?? '';
      if (digits === '') throw new AsterismError('DTMF_MISSING', { field: 'dtmf' });
      const { driver } = channel;
      if (driver.sendDigits === undefined) throw new AsterismError('DTMF_UNSUPPORTED');
      const before = milliseconds(call, 'before', 0);
      const duration = milliseconds(call, 'duration', 100);
      const between = milliseconds(call, 'between', 100);
      const after = milliseconds(call, 'after', 0);
      // Digits take their time: the answer tells only that they are queued.
      done(channel, async () => {
        if (before > 0) await channel.sleep(before);
        if (!channel.hangupRequested)
          await driver.sendDigits?.(digits.slice(0, MAX_DIGITS), duration, between);
        if (after > 0) await channel.sleep(after);
      }).catch(() => {});
      return noContent;
    },
    'channels.continueInDialplan': (call) => {
      const channel = held(call);
      const target = gotoTarget(ports, channel, call);
      return done(channel, () => ports.stasis.leave(channel, target));
    },
    'channels.move': (call) => {
      const channel = held(call);
      const app = call.text('app');
      if (app === undefined || app === '') {
        throw new AsterismError('PARAMETER_MISSING', { args: { field: 'app' }, field: 'app' });
      }
      const args = call.text('appArgs');
      return done(channel, () =>
        ports.stasis.move(channel, app, args === undefined || args === '' ? [] : args.split(',')),
      );
    },
    'channels.getChannelVar': (call) => {
      const channel = ports.switch.get(call.path('channelId'));
      const name = variable(call);
      if (channel === undefined) throw new AsterismError('PROVIDED_CHANNEL_NOT_FOUND');
      const value = ports.variables.read(channel, name);
      if (value === undefined) throw new AsterismError('VARIABLE_NOT_FOUND');
      return json({ value });
    },
    'channels.setChannelVar': async (call) => {
      const name = variable(call);
      await ports.variables.write(held(call), name, call.text('value') ?? '');
      return noContent;
    },
  };
}

function milliseconds(call: Call, name: string, otherwise: number): number {
  const given = Number(call.text(name) ?? otherwise);
  return Number.isFinite(given) && given >= 0 ? Math.min(given, MAX_DIGIT_MS) : otherwise;
}

/** Where `continue` goes on; undefined for behind `Stasis()`. A label is looked up where it would be reached. */
function gotoTarget(ports: AriPorts, channel: Channel, call: Call): GotoTarget | undefined {
  const given = (name: string) => {
    const text = call.text(name);
    return text === undefined || text === '' ? undefined : text;
  };
  const context = given('context');
  const exten = given('extension');
  const label = given('label');
  const number = given('priority');
  if (context === undefined && exten === undefined && label === undefined && number === undefined)
    return undefined;
  let priority = number !== undefined && /^\d{1,9}$/.test(number) ? Number(number) : undefined;
  if (label !== undefined) {
    priority = ports.findLabel?.(
      context ?? channel.context,
      exten ?? channel.exten,
      label,
      channel.caller.number,
    );
    if (priority === undefined)
      throw new AsterismError('LABEL_NOT_FOUND', { args: { label }, field: 'label' });
  }
  return {
    ...(context === undefined ? {} : { context }),
    ...(exten === undefined ? {} : { exten }),
    ...(priority === undefined ? {} : { priority }),
  };
}
