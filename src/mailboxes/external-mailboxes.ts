import { Push, type Sorcery, type SorceryObject } from '../sorcery/index.ts';
import { type MessageCounts, messagesWait, type Switch } from '../switch/index.ts';

const CLASS = 'res_mwi_external';
const TYPE = 'mailboxes';

/** Devices of module res_mwi_devstate are mailboxes: a lamp is lit while messages wait. */
const DEVICE_PREFIX = 'MWI:';

export interface ExternalMailboxesOptions {
  readonly sorcery: Sorcery;
  readonly switch: Switch;
  /** Whether a module is running. */
  readonly running: (module: string) => boolean;
}

/**
 * The objects of res_mwi_external, and the switch that is told of them: by whichever door an object comes, whoever shows
 * messages hears of it.
 */
export class ExternalMailboxes {
  readonly #options: ExternalMailboxesOptions;
  readonly #push: Push;
  #offs: (() => void)[] = [];

  constructor(options: ExternalMailboxesOptions) {
    this.#options = options;
    this.#push = new Push(options.sorcery);
  }

  /** Tells the switch what is stored, and what comes from now on. */
  start(): void {
    const { sorcery, switch: owner } = this.#options;
    const ours = (object: SorceryObject) =>
      object.type.name === TYPE && object.type.spec.configClass === CLASS;
    const tell = (object: SorceryObject) => {
      if (ours(object)) owner.mailboxes.set(object.id, countsOf(object));
    };
    this.#offs = [
      owner.events.on('mailbox', (mailbox, counts) => this.#lamp(mailbox, counts)),
      sorcery.events.on('created', tell),
      sorcery.events.on('updated', tell),
      sorcery.events.on('deleted', (object) => {
        if (ours(object)) owner.mailboxes.delete(object.id);
      }),
    ];
    for (const object of sorcery.all(TYPE, '', CLASS)) tell(object);
  }

  #lamp(mailbox: string, counts: MessageCounts): void {
    if (!this.#options.running('res_mwi_devstate')) return;
    const { deviceStates } = this.#options.switch;
    deviceStates.set(`${DEVICE_PREFIX}${mailbox}`, messagesWait(counts) ? 'INUSE' : 'NOT_INUSE');
  }

  /** The mailboxes, by id. @throws {StoreError} */
  list(): Promise<SorceryObject[]> {
    return this.#options.sorcery.list(TYPE, '', CLASS);
  }

  /** @throws {StoreError} */
  find(name: string): Promise<SorceryObject | undefined> {
    return this.#options.sorcery.find(TYPE, name, CLASS);
  }

  /** Sets the counts of a mailbox, which comes to be when there is none. @throws {AsterismError} */
  async update(name: string, counts: { readonly old: number; readonly new: number }): Promise<void> {
    await this.#push.put(CLASS, TYPE, name, [
      { attribute: 'msgs_new', value: String(counts.new) },
      { attribute: 'msgs_old', value: String(counts.old) },
    ]);
  }

  /** @throws {AsterismError} also when there is no such mailbox */
  async delete(name: string): Promise<void> {
    await this.#push.delete(CLASS, TYPE, name);
  }

  /** Nobody keeps these mailboxes any more. */
  close(): void {
    const { mailboxes } = this.#options.switch;
    for (const [name] of [...mailboxes.all()]) mailboxes.delete(name);
    for (const off of this.#offs.splice(0)) off();
  }
}

/** Counts of an object; such a mailbox knows no urgent messages. */
export function countsOf(object: SorceryObject): MessageCounts {
  return { urgent: 0, new: Number(object.get('msgs_new')), old: Number(object.get('msgs_old')) };
}
