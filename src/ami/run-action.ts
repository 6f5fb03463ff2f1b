import type { ActionCall, AmiAction, Reply } from './action.ts';

/**
 * Runs an action. One that only looks runs as a piece of reading where objects are in a database, with its list made
 * at once: what is read while it is written could not wait any more.
 */
export function runAction(action: AmiAction, call: ActionCall): Reply | Promise<Reply> {
  const { sorcery } = call.ports;
  if (!sorcery.hasRemote || action.looks !== true) return action.run(call);
  const reply = sorcery.settle(() => {
    const made = action.run(call);
    return made instanceof Promise ? made : whole(made);
  });
  return reply instanceof Promise ? reply.then((each) => each) : reply;
}

function whole(reply: Reply): Reply {
  if ('headers' in reply) return { ...reply, headers: [...reply.headers] };
  if (reply.kind !== 'list') return reply;
  return { ...reply, items: [...reply.items].map((item) => ({ ...item, headers: [...item.headers] })) };
}
