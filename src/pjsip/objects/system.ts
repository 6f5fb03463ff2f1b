import { atLeast, bool, type TypeSpec, uint } from '../../sorcery/index.ts';
import { finishSystem } from './rules.ts';

/** Settings that are read when the stack starts. */
export const systemType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'system',
  section: 'res_pjsip',
  module: 'res_pjsip',
  finish: finishSystem,
  options: [
    { name: 'taskpool_initial_size', kind: uint, default: '4' },
    { name: 'threadpool_max_size', kind: uint, default: '50' },
    { name: 'compact_headers', kind: bool, default: 'false' },
    { name: 'follow_early_media_fork', kind: bool, default: 'true' },
    { name: 'disable_tcp_switch', kind: bool, default: 'true' },
    { name: 'disable_rport', kind: bool, default: 'false' },
    { name: 'taskpool_idle_timeout', kind: uint, default: '60' },
    { name: 'taskpool_max_size', kind: uint, default: '50' },
    { name: 'taskpool_minimum_size', kind: uint, default: '4' },
    { name: 'taskpool_auto_increment', kind: uint, default: '1' },
    { name: 'threadpool_idle_timeout', kind: uint, default: '60' },
    { name: 'timer_b', kind: atLeast(32_000), default: '32000' },
    { name: 'timer_t1', kind: atLeast(100), default: '500' },
    { name: 'threadpool_auto_increment', kind: uint, default: '1' },
    { name: 'accept_multiple_sdp_answers', kind: bool, default: 'false' },
    { name: 'threadpool_initial_size', kind: uint, default: '4' },
  ],
};
