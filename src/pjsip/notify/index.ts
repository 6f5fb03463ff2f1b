/**
 * Lives here: NOTIFY that nobody subscribed to, as administrators send it, and the kinds that pjsip_notify.conf knows.
 * Not here: subscriptions, and how requests are sent (sip).
 * May ask: sorcery, sip, switch, conf, log, and pjsip's own contact-list, contact-request, authentication and call.
 */
export { type NotifyField, type NotifyPort, readNotifyTypes } from './fields.ts';
export { Notifier } from './notifier.ts';
