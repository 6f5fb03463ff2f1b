import { AsterismError } from '../../errors/index.ts';
import { countsOf } from '../../mailboxes/index.ts';
import type { SorceryObject } from '../../sorcery/index.ts';
import { type Call, type Handler, json, noContent } from '../operation.ts';
import type { AriPorts } from './ports.ts';

function mailboxJson(object: SorceryObject): object {
  const counts = countsOf(object);
  return { name: object.id, old_messages: counts.old, new_messages: counts.new };
}

/** A count as the object keeps it. @throws {AsterismError} */
function messages(call: Call, name: string): number {
  const text = call.text(name);
  if (text === undefined) throw new AsterismError('PARAMETER_MISSING', { field: name });
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= MAX_MESSAGES)) {
    throw new AsterismError('MAILBOX_COUNT_INVALID', {
      field: name,
      detail: `'${text}' is no number from 0 to ${MAX_MESSAGES}`,
    });
  }
  return number;
}

const MAX_MESSAGES = 0xffff_ffff;

/** `/mailboxes`: those that another program keeps. */
export function mailboxesHandlers({ mailboxes }: AriPorts): Record<string, Handler> {
  const found = async (call: Call): Promise<SorceryObject> => {
    const object = await mailboxes.find(call.path('mailboxName'));
    if (object === undefined) throw new AsterismError('MAILBOX_NOT_FOUND');
    return object;
  };
  return {
    'mailboxes.list': async () => json((await mailboxes.list()).map(mailboxJson)),
    'mailboxes.get': async (call) => json(mailboxJson(await found(call))),
    'mailboxes.update': async (call) => {
      const counts = { old: messages(call, 'oldMessages'), new: messages(call, 'newMessages') };
      await mailboxes.update(call.path('mailboxName'), counts);
      return noContent;
    },
    'mailboxes.delete': async (call) => {
      await mailboxes.delete((await found(call)).id);
      return noContent;
    },
  };
}
