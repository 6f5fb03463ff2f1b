/**
 * Lives here: the tables of the object types that SIP is configured with: every option, its kind and its default.
 * Not here: what the SIP stack does with them, and how objects are kept.
 * May ask: sorcery.
 */
import type { TypeSpec } from '../../sorcery/index.ts';
import { aclType } from './acl.ts';
import { aorType } from './aor.ts';
import { authType } from './auth.ts';
import { contactType } from './contact.ts';
import { domainAliasType } from './domain-alias.ts';
import { endpointType } from './endpoint.ts';
import { globalType } from './global.ts';
import { identifyType } from './identify.ts';
import { natHookType } from './nat-hook.ts';
import { phoneprovType } from './phoneprov.ts';
import { asteriskPublicationType, inboundPublicationType, outboundPublishType } from './publish.ts';
import { registrationType } from './registration.ts';
import { resourceListType } from './resource-list.ts';
import { subscriptionPersistenceType } from './subscription-persistence.ts';
import { systemType } from './system.ts';
import { transportType } from './transport.ts';

export { OWN_LINES } from './access.ts';
export { codecs, parseCallerId, parseCodecs } from './kinds.ts';

/** Every type of pjsip.conf, in the order in which files are read. */
export const pjsipTypes: readonly TypeSpec[] = [
  systemType,
  globalType,
  transportType,
  authType,
  aorType,
  contactType,
  domainAliasType,
  endpointType,
  identifyType,
  registrationType,
  resourceListType,
  subscriptionPersistenceType,
  inboundPublicationType,
  asteriskPublicationType,
  outboundPublishType,
  aclType,
  phoneprovType,
  natHookType,
];
