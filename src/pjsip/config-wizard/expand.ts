import { type ConfVariable, isTrue, type Section } from '../../conf/index.ts';

/** An object that a section of pjsip_wizard.conf stands for: what its own section of pjsip.conf would say. */
export interface MadeObject {
  readonly type: string;
  readonly id: string;
  readonly fields: readonly MadeField[];
}

/** A line of such a section, and the line that it comes from; undefined for one that the wizard adds. */
export interface MadeField {
  readonly name: string;
  readonly value: string;
  readonly from?: ConfVariable;
}

/** An extension whose hint watches the endpoint. */
export interface MadeHint {
  readonly context: string;
  readonly exten: string;
  /** What runs when it is called; undefined for a hint alone. */
  readonly application: string | undefined;
}

export interface Expansion {
  readonly objects: readonly MadeObject[];
  readonly hint: MadeHint | undefined;
  /** Lines that are passed over. */
  readonly warnings: readonly ConfVariable[];
}

/** A section that makes no sense, with the option that is to blame. */
export class WizardError extends Error {
  readonly option: string;

  constructor(option: string, message: string) {
    super(message);
    this.option = option;
  }
}

/** Options of the wizard itself; every other one is `<type>/<option>`. */
const OPTIONS = new Set([
  'type',
  'transport',
  'remote_hosts',
  'outbound_proxy',
  'sends_auth',
  'accepts_auth',
  'sends_registrations',
  'sends_line_with_registrations',
  'accepts_registrations',
  'has_phoneprov',
  'server_uri_pattern',
  'client_uri_pattern',
  'contact_pattern',
  'has_hint',
  'hint_context',
  'hint_exten',
  'hint_application',
]);
const PREFIXES = [
  'endpoint',
  'aor',
  'inbound_auth',
  'outbound_auth',
  'identify',
  'registration',
  'phoneprov',
];

/** Marks every object that a wizard made, with the section's name. */
const MARK = '@pjsip_wizard';

/**
 * The objects that one section stands for, under the names that the original gives them.
 * @throws {WizardError} when something that it needs is missing: no object is made then, so that none is half there
 */
export function expandWizard(section: Section): Expansion {
  return new Wizard(section).expand();
}

class Wizard {
  readonly #section: Section;
  readonly #id: string;
  readonly #hosts: readonly string[];
  readonly #objects: MadeObject[] = [];

  constructor(section: Section) {
    this.#section = section;
    this.#id = section.name;
    this.#hosts = this.#text('remote_hosts')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '');
  }

  expand(): Expansion {
    if (this.#hosts.length === 0) {
      if (!this.#is('accepts_registrations'))
        this.#missing('remote_hosts', 'accepts_registrations is not set');
      if (this.#is('sends_registrations')) this.#missing('remote_hosts', 'sends_registrations is set');
    }
    this.#auth('accepts_auth', 'inbound_auth', `${this.#id}-iauth`);
    this.#auth('sends_auth', 'outbound_auth', `${this.#id}-oauth`);
    this.#aor();
    const hint = this.#hint();
    this.#endpoint(hint);
    this.#identify();
    this.#registrations();
    this.#phoneprov();
    return { objects: this.#objects, hint, warnings: this.#section.variables.filter(isUnknown) };
  }

  #text(name: string): string {
    return this.#section.get(name) ?? '';
  }

  #is(name: string): boolean {
    return isTrue(this.#section.get(name));
  }

  #missing(option: string, because: string): never {
    throw new WizardError(option, `'${option}' is required because ${because}`);
  }

  /** The lines `<prefix>/<option>`, but for those that the wizard sets itself. */
  #lines(prefix: string, own: readonly string[] = []): MadeField[] {
    const start = `${prefix}/`;
    return this.#section.variables
      .filter((each) => each.name.startsWith(start))
      .map((from) => ({ name: from.name.slice(start.length), value: from.value, from }))
      .filter(({ name }) => !own.includes(name));
  }

  #add(type: string, id: string, lines: readonly MadeField[], own: Readonly<Record<string, string>>): void {
    const fields = Object.entries({ ...own, [MARK]: this.#id }).map(([name, value]) => ({ name, value }));
    this.#objects.push({ type, id, fields: [...lines, ...fields] });
  }

  #auth(switchedBy: string, prefix: string, id: string): void {
    if (!this.#is(switchedBy)) return;
    if (this.#text(`${prefix}/username`) === '') this.#missing(`${prefix}/username`, `${switchedBy} is set`);
    this.#add('auth', id, this.#lines(prefix), {});
  }

  /** `transport` and `outbound_proxy`, for the objects that know them. */
  #shared(...names: readonly ('transport' | 'outbound_proxy')[]): Record<string, string> {
    const given = names.map((name) => [name, this.#text(name)] as const);
    return Object.fromEntries(given.filter(([, value]) => value !== ''));
  }

  /** A pattern with the host and the user put in; `fallback` is what it is without one. */
  #pattern(name: string, host: string, fallback: (host: string, user: string) => string): string {
    const user = this.#is('sends_auth') ? this.#text('outbound_auth/username') : '';
    const pattern = this.#section.get(name);
    if (pattern === undefined) return fallback(host, user);
    // A replacement function, because a user name may contain `$&`.
    return pattern.replace(/\$\{REMOTE_HOST\}/g, () => host).replace(/\$\{USERNAME\}/g, () => user);
  }

  #aor(): void {
    const lines = this.#lines('aor');
    const contacts = lines.some(({ name }) => name === 'contact')
      ? []
      : this.#hosts.map((host) => ({
          name: 'contact',
          value: this.#pattern('contact_pattern', host, atHost),
        }));
    this.#add('aor', this.#id, [...lines, ...contacts], this.#shared('outbound_proxy'));
  }

  #hint(): MadeHint | undefined {
    if (!this.#is('has_hint')) return undefined;
    const exten = this.#text('hint_exten');
    if (exten === '') this.#missing('hint_exten', 'has_hint is set');
    const context = this.#section.get('hint_context') ?? this.#section.get('endpoint/context') ?? 'default';
    return { context, exten, application: this.#section.get('hint_application') };
  }

  #endpoint(hint: MadeHint | undefined): void {
    const own: Record<string, string> = { aors: this.#id, ...this.#shared('transport', 'outbound_proxy') };
    if (this.#is('accepts_auth')) own.auth = `${this.#id}-iauth`;
    if (this.#is('sends_auth')) own.outbound_auth = `${this.#id}-oauth`;
    if (hint !== undefined) {
      own['@hint_context'] = hint.context;
      own['@hint_exten'] = hint.exten;
    }
    this.#add('endpoint', this.#id, this.#lines('endpoint', ['aors', 'auth', 'outbound_auth']), own);
  }

  /** Who registers is known by that; who is registered to by line says so in each call; the rest by address. */
  #identify(): void {
    if (this.#is('accepts_registrations') || this.#is('sends_line_with_registrations')) return;
    const lines = this.#lines('identify', ['endpoint']);
    const matches = lines.some(({ name }) => name === 'match')
      ? []
      : this.#hosts.map((value) => ({ name: 'match', value }));
    this.#add('identify', `${this.#id}-identify`, [...lines, ...matches], { endpoint: this.#id });
  }

  #registrations(): void {
    if (!this.#is('sends_registrations')) return;
    for (const [index, host] of this.#hosts.entries()) {
      const own: Record<string, string> = {
        server_uri: this.#pattern('server_uri_pattern', host, atHost),
        client_uri: this.#pattern('client_uri_pattern', host, (_, user) => `sip:${user}@${host}`),
        ...this.#shared('transport', 'outbound_proxy'),
      };
      if (this.#is('sends_auth')) own.outbound_auth = `${this.#id}-oauth`;
      if (this.#is('sends_line_with_registrations')) {
        own.line = 'yes';
        own.endpoint = this.#id;
      }
      this.#add('registration', `${this.#id}-reg-${index}`, this.#lines('registration'), own);
    }
  }

  #phoneprov(): void {
    if (!this.#is('has_phoneprov')) return;
    for (const name of ['MAC', 'PROFILE']) {
      if (this.#text(`phoneprov/${name}`) === '') this.#missing(`phoneprov/${name}`, 'has_phoneprov is set');
    }
    this.#add('phoneprov', `${this.#id}-phoneprov`, this.#lines('phoneprov'), { endpoint: this.#id });
  }
}

const atHost = (host: string): string => `sip:${host}`;

function isUnknown({ name }: ConfVariable): boolean {
  return !OPTIONS.has(name.toLowerCase()) && !PREFIXES.some((prefix) => name.startsWith(`${prefix}/`));
}
