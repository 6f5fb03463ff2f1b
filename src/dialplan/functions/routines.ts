import { setLocal } from '../apps/routines.ts';
import { argument, type FunctionDefinition, FunctionError, requireChannel } from './definition.ts';

/** Functions of app_stack. */
export const routineFunctions: readonly FunctionDefinition[] = [
  {
    name: 'LOCAL',
    module: 'app_stack',
    summary: 'Gives or sets a variable that belongs to the running routine.',
    arguments: [{ name: 'varname', required: true }],
    read: (call) => {
      const channel = requireChannel(call);
      const name = argument(call, 0);
      const frame = call.services.thread(channel).gosubs.at(-1);
      return frame?.locals.has(name) ? (channel.getVariable(name) ?? '') : '';
    },
    write: (call, value) => {
      const channel = requireChannel(call);
      const thread = call.services.thread(channel);
      if (thread.gosubs.length > 0)
        setLocal(call.services.switch.events, channel, thread, argument(call, 0), value);
      else throw new FunctionError('LOCAL needs a routine that was entered by Gosub');
    },
  },
];
