import type { ListReply, PlainReply, Reply } from './action.ts';
import { type Header, renderLines } from './packet.ts';

const RESPONSES = { success: 'Success', error: 'Error', goodbye: 'Goodbye' } as const;

/** The packets of a reply, one at a time: a long list is made while it is written. */
export function* packets(reply: Reply, actionId: string | undefined): Generator<readonly Header[] | string> {
  const id: readonly Header[] = actionId === undefined ? [] : [['ActionID', actionId]];
  switch (reply.kind) {
    case 'list':
      yield* list(reply, id);
      break;
    case 'none':
    case 'relayed':
      break;
    case 'whole':
      if (reply.text !== '') yield reply.text;
      break;
    case 'waited':
      yield [['Response', 'Success'], ...id, ['Message', 'Waiting for Event completed.']];
      if (reply.events !== '') yield reply.events;
      yield [['Event', 'WaitEventComplete'], ...id];
      break;
    default:
      yield plain(reply, id);
  }
}

function plain({ kind, headers }: PlainReply, id: readonly Header[]): Header[] {
  return [['Response', RESPONSES[kind]], ...id, ...headers];
}

function* list(reply: ListReply, id: readonly Header[]): Generator<readonly Header[]> {
  yield [['Response', 'Success'], ...id, ['EventList', 'start'], ['Message', reply.message]];
  let count = 0;
  for (const item of reply.items) {
    if (item.uncounted !== true) count++;
    yield item.idLast
      ? [['Event', item.name], ...item.headers, ...id]
      : [['Event', item.name], ...id, ...item.headers];
  }
  yield [
    ['Event', reply.complete],
    ...id,
    ['EventList', 'Complete'],
    ['ListItems', String(count)],
    ...(reply.summary?.(count) ?? []),
  ];
}

/** Headers of a long packet that are rendered at once. */
const SLICE = 256;

/** The same as text. */
export function* texts(reply: Reply, actionId: string | undefined): Generator<string> {
  const lineFeed = 'lineFeed' in reply && reply.lineFeed === true;
  for (const each of packets(reply, actionId)) {
    if (typeof each === 'string') {
      yield each;
      continue;
    }
    let from = 0;
    for (; each.length - from > SLICE; from += SLICE) yield renderLines(each.slice(from, from + SLICE));
    const text = renderLines(from === 0 ? each : each.slice(from));
    yield lineFeed ? `${text.slice(0, -2)}\n\r\n\r\n` : `${text}\r\n`;
  }
}
