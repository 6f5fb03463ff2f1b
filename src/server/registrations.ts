import type { Pjsip, RegistrationState, RegistrationsPort } from '../pjsip/index.ts';

/** Registrations at others, as the doors ask for them; nothing registers while its module is not there. */
export class ServerRegistrations implements RegistrationsPort {
  readonly #pjsip: () => Pjsip | undefined;

  constructor(pjsip: () => Pjsip | undefined) {
    this.#pjsip = pjsip;
  }

  get #registrations() {
    return this.#pjsip()?.registrations;
  }

  state(id: string): RegistrationState | undefined {
    return this.#registrations?.state(id);
  }

  register(id: string): boolean {
    return this.#registrations?.register(id) === true;
  }

  unregister(id: string): boolean {
    return this.#registrations?.unregister(id) === true;
  }

  registerAll(): void {
    this.#registrations?.registerAll();
  }

  unregisterAll(): void {
    this.#registrations?.unregisterAll();
  }
}
