import {
  argument,
  type CarriedMessage,
  type FunctionCall,
  type FunctionDefinition,
  FunctionError,
  requireChannel,
} from './definition.ts';

function messageOf(call: FunctionCall): CarriedMessage {
  const { message } = call.services.thread(requireChannel(call));
  if (message === undefined) throw new FunctionError(`${call.name}: the channel carries no message`);
  return message;
}

function read(call: FunctionCall): string {
  const message = messageOf(call);
  switch (argument(call, 0)) {
    case 'to':
      return message.to;
    case 'from':
      return message.from;
    case 'body':
      return message.body;
    default:
      throw new FunctionError(`MESSAGE: '${call.text}' cannot be read: to, from and body can`);
  }
}

function write(call: FunctionCall, value: string): void {
  const message = messageOf(call);
  const part = argument(call, 0);
  if (part === 'body') message.body = value;
  else if (part === 'custom_data' && value === 'mark_all_outbound') {
    for (const name of message.variables.keys()) message.outbound.add(name);
  } else if (part === 'custom_data' && value === 'clear_all_outbound') message.outbound.clear();
  else {
    throw new FunctionError(
      `MESSAGE: '${call.text}' cannot be set to '${value}': body can, and custom_data to mark_all_outbound or clear_all_outbound`,
    );
  }
}

/** Functions of the message that a channel carries; the original has them without a module. */
export const messageFunctions: readonly FunctionDefinition[] = [
  {
    name: 'MESSAGE',
    module: 'core',
    since: '10.0.0',
    summary: 'Gives a part of the text message that the channel carries, or sets its body.',
    arguments: [{ name: 'argument', required: true }],
    read,
    write,
  },
  {
    name: 'MESSAGE_DATA',
    module: 'core',
    since: '10.0.0',
    summary: 'Gives what came with the text message, or sets what goes out with it.',
    arguments: [{ name: 'argument', required: true }],
    read: (call) => messageOf(call).variables.get(call.text) ?? '',
    write: (call, value) => {
      const { variables, outbound } = messageOf(call);
      variables.set(call.text, value);
      outbound.add(call.text);
    },
  },
];
