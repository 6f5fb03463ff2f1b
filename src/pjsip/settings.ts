import type { Sorcery, SorceryObject } from '../sorcery/index.ts';

/** The `global` object, as the stack uses it; read again whenever one is pushed or reloaded. */
export class GlobalSettings {
  readonly #sorcery: Sorcery;
  readonly #offs: (() => void)[];
  #object: SorceryObject | undefined;
  #order: readonly string[] = [];

  constructor(sorcery: Sorcery) {
    this.#sorcery = sorcery;
    const renew = (object: SorceryObject) => {
      if (object.type.name === 'global') this.#read();
    };
    this.#offs = [
      sorcery.events.on('created', renew),
      sorcery.events.on('updated', renew),
      sorcery.events.on('deleted', renew),
      sorcery.events.on('loaded', (type) => {
        if (type === 'global') this.#read();
      }),
    ];
    this.#read();
  }

  #read(): void {
    const [first] = this.#sorcery.all('global');
    this.#object = first ?? this.#sorcery.defaults('global');
    this.#order = this.#object?.list('endpoint_identifier_order') ?? [];
  }

  /** Ways of finding an endpoint, in the order in which they are tried. */
  get identifierOrder(): readonly string[] {
    return this.#order;
  }

  /** Realm of challenges whose `auth` names none. */
  get defaultRealm(): string {
    return this.text('default_realm');
  }

  text(name: string): string {
    return this.#object?.get(name) ?? '';
  }

  number(name: string): number {
    return this.#object?.number(name) ?? 0;
  }

  close(): void {
    for (const off of this.#offs) off();
  }
}
