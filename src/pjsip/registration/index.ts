/**
 * Lives here: registrations of this server at others: the objects of type `registration`, and what they send.
 * Not here: those who register with us (registrar), and how requests are sent (sip).
 * May ask: sorcery, sip, switch, log, platform, and pjsip's own due-times, aor-index and authentication.
 */
export type { RegistrationStatus } from './registration.ts';
export { type RegistrationState, Registrations, type RegistrationsPort } from './registrations.ts';
