import { AsterismError } from '../../errors/index.ts';
import type { Channel } from '../../switch/index.ts';
import { channelJson } from '../events.ts';
import { type Call, type Handler, json, noContent } from '../operation.ts';
import type { AriPorts } from './ports.ts';

/** `reason` of a hangup, in ITU-T Q.850. */
const REASONS: ReadonlyMap<string, number> = new Map([
  ['normal', 16],
  ['busy', 17],
  ['congestion', 34],
  ['no_answer', 19],
  ['timeout', 102],
  ['rejected', 21],
  ['unallocated', 1],
  ['normal_unspecified', 31],
  ['number_incomplete', 28],
  ['codec_mismatch', 58],
  ['interworking', 127],
  ['failure', 38],
  ['answered_elsewhere', 26],
]);
const NORMAL_CLEARING = 16;

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
  return {
    'channels.list': () => json([...ports.switch.channels()].map(channelJson)),
    'channels.get': (call) => json(channelJson(find(call))),
    'channels.hangup': (call) => {
      const channel = find(call);
      const code = call.text('reason_code');
      const reason = call.text('reason');
      const cause = code === undefined ? REASONS.get(reason ?? 'normal') : Number(code);
      if (cause === undefined || !Number.isInteger(cause) || cause < 0 || cause > 127) {
        throw new AsterismError('HANGUP_REASON_INVALID', {
          field: code === undefined ? 'reason' : 'reason_code',
          hint: `Accepted: ${[...REASONS.keys()].join(', ')}; or reason_code from 0 to 127.`,
        });
      }
      void channel.requestHangup({ cause: cause === 0 ? NORMAL_CLEARING : cause, by: 'local' });
      return noContent;
    },
    'channels.answer': async (call) => {
      await held(call).answer();
      return noContent;
    },
    'channels.ring': (call) => {
      held(call).indicate('ringing');
      return noContent;
    },
    'channels.continueInDialplan': (call) => {
      const channel = held(call);
      const context = call.text('context');
      const exten = call.text('extension');
      const priority = call.text('priority');
      ports.stasis.leave(
        channel,
        context === undefined && exten === undefined && priority === undefined
          ? undefined
          : {
              ...(context === undefined || context === '' ? {} : { context }),
              ...(exten === undefined || exten === '' ? {} : { exten }),
              ...(priority === undefined || !/^\d+$/.test(priority) ? {} : { priority: Number(priority) }),
            },
      );
      return noContent;
    },
    'channels.getChannelVar': (call) => {
      const name = call.text('variable');
      const channel = find(call);
      if (name === undefined || name === '') throw new AsterismError('VARIABLE_NAME_MISSING');
      const value = ports.variables.read(channel, name);
      if (value === undefined) throw new AsterismError('VARIABLE_NOT_FOUND');
      return json({ value });
    },
    'channels.setChannelVar': (call) => {
      const name = call.text('variable');
      const channel = find(call);
      if (name === undefined || name === '') throw new AsterismError('VARIABLE_NAME_MISSING');
      ports.variables.write(channel, name, call.text('value') ?? '');
      return noContent;
    },
  };
}
