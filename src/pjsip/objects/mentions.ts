import type { Reference } from '../../sorcery/index.ts';

const of = (type: string): Reference => ({ configClass: 'res_pjsip', type });

/** What options of SIP objects name. The objects may be pushed later: a push does not ask for them. */
export const mentions = {
  aor: of('aor'),
  auth: of('auth'),
  endpoint: of('endpoint'),
  outboundPublish: of('outbound-publish'),
  transport: of('transport'),
};
