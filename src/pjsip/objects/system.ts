import { atLeast, bool, type TypeSpec, uint } from '../../sorcery/index.ts';
import { finishSystem } from './rules.ts';

/** Settings that are read when the stack starts. */
export const systemType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'system',
  section: 'res_pjsip',
  module: 'res_pjsip',
  finish: finishSystem,
  doc: 'What holds for the SIP stack as a whole.',
  options: [
    {
      name: 'taskpool_initial_size',
      doc: 'Without effect: there are no threads to pool.',
      kind: uint,
      default: '4',
    },
    { name: 'threadpool_max_size', doc: 'The old name of taskpool_max_size.', kind: uint, default: '50' },
    {
      name: 'compact_headers',
      doc: 'Whether headers are sent in their short form; has no effect yet.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'follow_early_media_fork',
      doc: 'Whether media follows the newest answer of a call that was forked; has no effect yet.',
      kind: bool,
      default: 'true',
    },
    {
      name: 'disable_tcp_switch',
      doc: 'Whether large requests stay on UDP: they always do yet.',
      kind: bool,
      default: 'true',
    },
    { name: 'disable_rport', doc: 'Whether rport is left out (RFC 3581).', kind: bool, default: 'false' },
    {
      name: 'taskpool_idle_timeout',
      doc: 'Without effect: there are no threads to pool.',
      kind: uint,
      default: '60',
    },
    {
      name: 'taskpool_max_size',
      doc: 'Without effect: there are no threads to pool.',
      kind: uint,
      default: '50',
    },
    {
      name: 'taskpool_minimum_size',
      doc: 'Without effect: there are no threads to pool.',
      kind: uint,
      default: '4',
    },
    {
      name: 'taskpool_auto_increment',
      doc: 'Without effect: there are no threads to pool.',
      kind: uint,
      default: '1',
    },
    {
      name: 'threadpool_idle_timeout',
      doc: 'The old name of taskpool_idle_timeout.',
      kind: uint,
      default: '60',
    },
    {
      name: 'timer_b',
      doc: 'Milliseconds until an INVITE without an answer has failed (RFC 3261 §17.1.1.2).',
      kind: atLeast(32_000),
      default: '32000',
    },
    {
      name: 'timer_t1',
      doc: 'Milliseconds that a round trip takes (RFC 3261 §17.1.1.1).',
      kind: atLeast(100),
      default: '500',
    },
    {
      name: 'threadpool_auto_increment',
      doc: 'The old name of taskpool_auto_increment.',
      kind: uint,
      default: '1',
    },
    {
      name: 'accept_multiple_sdp_answers',
      doc: 'Whether a later answer to an offer may differ; has no effect yet.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'threadpool_initial_size',
      doc: 'The old name of taskpool_initial_size.',
      kind: uint,
      default: '4',
    },
  ],
};
