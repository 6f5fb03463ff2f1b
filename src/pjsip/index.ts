/**
 * Lives here: the channel technology PJSIP: endpoints, registrations and calls over sip, media and sorcery.
 * Not here: SIP itself (sip), audio (media), how objects are kept (sorcery).
 * May ask: sorcery, sip, media, switch, security, conf, errors, log, platform.
 */
export { ConfigWizards, type ConfigWizardsOptions, type WizardHint } from './config-wizard/config-wizard.ts';
export { allContacts, type ContactEntry, contactsOf } from './contact-list.ts';
export { Identification } from './identification.ts';
export { IdentifyIndex } from './identify-index.ts';
export { type NotifyField, type NotifyPort, readNotifyTypes } from './notify/index.ts';
export { codecs, pjsipTypes } from './objects/index.ts';
export { Pjsip, type PjsipOptions } from './pjsip.ts';
export { type ContactState, Reachability } from './reachability.ts';
export type { RegistrationState, RegistrationsPort } from './registration/index.ts';
export { GlobalSettings } from './settings.ts';
export type { TransportView } from './transports.ts';
export type { UnidentifiedSource } from './unidentified.ts';
