import { MessageError } from '../../switch/index.ts';
import { type ActionCall, type AmiAction, failure, parameters, type Reply, success } from '../action.ts';
import { maskOf } from '../classes.ts';

/** `X-A=1,X-B=2`, in as many headers as there are. */
function variablesOf(call: ActionCall): [string, string][] {
  return call.all('Variable').flatMap((line) =>
    line.split(',').flatMap((each): [string, string][] => {
      const equals = each.indexOf('=');
      return equals > 0 ? [[each.slice(0, equals).trim(), each.slice(equals + 1)]] : [];
    }),
  );
}

async function send(call: ActionCall): Promise<Reply> {
  const { text, ports } = call;
  const [to, own] = [text('To'), text('Destination')];
  const destination = own || to;
  if (destination === '') return failure("No 'To' address specified.");
  const encoded = text('Base64Body');
  try {
    await ports.switch.messages.send({
      destination,
      // Without a destination of its own, To is one.
      to: own === '' ? '' : to,
      from: text('From'),
      body: encoded === '' ? text('Body') : Buffer.from(encoded, 'base64').toString('utf8'),
      variables: variablesOf(call),
    });
    return success('Message successfully sent');
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    return failure(error.kind === 'technology' ? 'Message technology not found.' : 'Message failed to send.');
  }
}

/** Text messages outside of calls. */
export const messageActions: readonly AmiAction[] = [
  {
    name: 'MessageSend',
    classes: maskOf('message'),
    synopsis: 'Send a text message outside of calls.',
    parameters: parameters('ActionID', 'Destination', 'To', 'From', 'Body', 'Base64Body', 'Variable'),
    module: 'manager',
    run: send,
  },
];
