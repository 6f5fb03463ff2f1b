import { AsterismError } from '../../errors/index.ts';
import { countsOf } from '../../mailboxes/index.ts';
import type { SorceryObject } from '../../sorcery/index.ts';
import { messagesWait, NO_MESSAGES } from '../../switch/index.ts';
import { type ActionCall, type AmiAction, failure, parameters, type Reply, success } from '../action.ts';
import { maskOf } from '../classes.ts';

const NO_MAILBOX = 'Mailbox not specified';

function status({ text, ports }: ActionCall): Reply {
  const mailbox = text('Mailbox');
  if (mailbox === '') return failure(NO_MAILBOX);
  const waiting = mailbox
    .split(',')
    .some((each) => messagesWait(ports.switch.mailboxes.get(each.trim()) ?? NO_MESSAGES));
  return success('Mailbox Status', ['Mailbox', mailbox], ['Waiting', waiting ? '1' : '0']);
}

function count({ text, ports }: ActionCall): Reply {
  const mailbox = text('Mailbox');
  if (mailbox === '') return failure(NO_MAILBOX);
  const counts = ports.switch.mailboxes.get(mailbox) ?? NO_MESSAGES;
  return success(
    'Mailbox Message Count',
    ['Mailbox', mailbox],
    ['UrgMessages', String(counts.urgent)],
    ['NewMessages', String(counts.new)],
    ['OldMessages', String(counts.old)],
  );
}

/** The mailboxes that are meant: one by its name, or all that match `/expression/`; a refusal when it makes no sense. */
async function chosen({ text, ports }: ActionCall): Promise<readonly SorceryObject[] | Reply> {
  const wanted = text('Mailbox');
  if (wanted === '') return failure(NO_MAILBOX);
  if (wanted.length < 2 || !wanted.startsWith('/') || !wanted.endsWith('/')) {
    const found = await ports.mailboxes.find(wanted);
    return found === undefined ? [] : [found];
  }
  const matches = ports.compilePattern(wanted.slice(1, -1));
  if (matches === undefined) return failure('Regex compilation failed');
  return (await ports.mailboxes.list()).filter((each) => matches(each.id));
}

function isReply(found: readonly SorceryObject[] | Reply): found is Reply {
  return 'kind' in found;
}

async function get(call: ActionCall): Promise<Reply> {
  const found = await chosen(call);
  if (isReply(found)) return found;
  return {
    kind: 'list',
    message: 'Mailboxes will follow',
    items: found.map((each) => {
      const counts = countsOf(each);
      return {
        name: 'MWIGet',
        headers: [
          ['Mailbox', each.id],
          ['OldMessages', String(counts.old)],
          ['NewMessages', String(counts.new)],
        ],
      };
    }),
    complete: 'MWIGetComplete',
  };
}

async function remove(call: ActionCall): Promise<Reply> {
  const found = await chosen(call);
  if (isReply(found)) return found;
  for (const each of found) {
    const fault = await refusal(call.ports.mailboxes.delete(each.id));
    if (fault !== undefined) return failure(fault);
  }
  return success('Mailboxes deleted');
}

async function update(call: ActionCall): Promise<Reply> {
  const mailbox = call.text('Mailbox');
  if (mailbox === '') return failure(NO_MAILBOX);
  const [old, fresh] = [messages(call.text('OldMessages')), messages(call.text('NewMessages'))];
  if (old === undefined || fresh === undefined) return failure('Message counts are numbers from 0');
  const fault = await refusal(call.ports.mailboxes.update(mailbox, { old, new: fresh }));
  return fault === undefined ? success('Mailbox updated') : failure(fault);
}

/** Most messages that an object can tell of. */
const MAX_MESSAGES = 0xffff_ffff;

function messages(text: string): number | undefined {
  if (text === '') return 0;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number <= MAX_MESSAGES ? number : undefined;
}

/** What the store has against it; a mailbox that somebody else has just deleted is gone as it should be. */
async function refusal(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof AsterismError)) throw error;
    return error.code === 'OBJECT_NOT_FOUND' ? undefined : error.message;
  }
}

/** Mailboxes: what is known of any, and telling the counts of those that another program keeps. */
export const mailboxActions: readonly AmiAction[] = [
  {
    name: 'MailboxStatus',
    classes: maskOf('call', 'reporting'),
    synopsis: 'Tell whether messages wait in mailboxes.',
    parameters: parameters('ActionID', 'Mailbox!'),
    module: 'manager',
    run: status,
  },
  {
    name: 'MailboxCount',
    classes: maskOf('call', 'reporting'),
    synopsis: 'Count the messages of a mailbox.',
    parameters: parameters('ActionID', 'Mailbox!'),
    module: 'manager',
    run: count,
  },
  {
    name: 'MWIGet',
    classes: maskOf('call', 'reporting'),
    synopsis: 'List the counts of one mailbox, or of all that match /expression/.',
    parameters: parameters('ActionID', 'Mailbox!'),
    module: 'res_mwi_external_ami',
    run: get,
  },
  {
    name: 'MWIUpdate',
    classes: maskOf('call'),
    synopsis: 'Set the counts of a mailbox, which comes to be when there is none.',
    parameters: parameters('ActionID', 'Mailbox!', 'OldMessages', 'NewMessages'),
    module: 'res_mwi_external_ami',
    run: update,
  },
  {
    name: 'MWIDelete',
    classes: maskOf('call'),
    synopsis: 'Forget one mailbox, or all that match /expression/.',
    parameters: parameters('ActionID', 'Mailbox!'),
    module: 'res_mwi_external_ami',
    run: remove,
  },
];
