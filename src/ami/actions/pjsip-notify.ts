import type { NotifyField } from '../../pjsip/index.ts';
import {
  type ActionCall,
  type AmiAction,
  failure,
  failureWithLineFeed,
  parameters,
  type Reply,
  success,
} from '../action.ts';
import { maskOf } from '../classes.ts';
import { splitAssignments } from './originate.ts';

const NEEDS_FIELDS = 'PJSIPNotify requires either an Option or Variable(s).You must use only one of them.';
const NEEDS_TARGET = 'PJSIPNotify requires either an endpoint name, a SIP URI, or a channel.';

/** `Variable` headers as fields, in their order; those without a value say nothing. */
function given(call: ActionCall): NotifyField[] {
  return call
    .all('Variable')
    .flatMap((line) => splitAssignments(line))
    .flatMap((each) => {
      const equals = each.indexOf('=');
      return equals <= 0 ? [] : [[each.slice(0, equals).trim(), each.slice(equals + 1)] as const];
    });
}

function run(call: ActionCall): Reply {
  const { notify } = call.ports.pjsip;
  const option = call.text('Option');
  if ((option !== '') === call.all('Variable').some((each) => each !== '')) return failure(NEEDS_FIELDS);
  const targets = ['Endpoint', 'URI', 'Channel'].filter((name) => call.text(name) !== '');
  const [target] = targets;
  if (target === undefined) return failure(NEEDS_TARGET);
  if (targets.length > 1) return failure(`${NEEDS_TARGET}  You must use only one of them.`);
  const fields = option === '' ? given(call) : notify.fields(option);
  if (fields === undefined) return failureWithLineFeed(`Unable to find notify type '${option}'`);
  const name = call.text(target);
  if (target === 'URI') notify.uri(name, fields);
  else if (target === 'Channel') {
    if (!notify.channel(name, fields)) return failure('Channel not found');
  } else if (!notify.endpoint(name, fields)) return failure(`Unable to retrieve endpoint ${name}`);
  return success('NOTIFY sent');
}

export const pjsipNotifyActions: readonly AmiAction[] = [
  {
    name: 'PJSIPNotify',
    classes: maskOf('system'),
    synopsis: 'Send a NOTIFY to an endpoint, to a URI, or inside of a call.',
    parameters: parameters('ActionID', 'Endpoint', 'URI', 'Channel', 'Option', 'Variable'),
    module: 'res_pjsip_notify',
    run,
  },
];
