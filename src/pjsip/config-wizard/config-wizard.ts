import { ConfError, type Config, type Section } from '../../conf/index.ts';
import type { Logger } from '../../log/index.ts';
import { type Problem, ReadOnlyWizard, type Sorcery, SorceryObject } from '../../sorcery/index.ts';
import { type Expansion, expandWizard, type MadeHint, WizardError } from './expand.ts';
import { makeObject } from './make-object.ts';

const CLASS = 'res_pjsip';
const TYPES = ['auth', 'aor', 'endpoint', 'identify', 'registration', 'phoneprov'] as const;

export interface ConfigWizardsOptions {
  readonly sorcery: Sorcery;
  readonly log: Logger;
  /** Reads pjsip_wizard.conf; called again at each reload. @throws {ConfError} */
  readonly readConfig: () => Config | undefined;
}

/** A hint for the dial plan, and the endpoint that it watches. */
export interface WizardHint extends MadeHint {
  readonly endpoint: string;
}

/** pjsip_wizard.conf: a section there stands for the endpoint, the aor, the auths and what else a phone or a trunk needs. */
export class ConfigWizards {
  readonly #options: ConfigWizardsOptions;
  readonly #wizards = new Map<string, ReadOnlyWizard>(
    TYPES.map((type) => [type, new ReadOnlyWizard('config_wizard', 'pjsip_wizard.conf')]),
  );
  #hints: readonly WizardHint[] = [];

  constructor(options: ConfigWizardsOptions) {
    this.#options = options;
    for (const [type, wizard] of this.#wizards) options.sorcery.addWizard(CLASS, type, wizard);
    this.reload();
  }

  /** Extensions whose hints watch endpoints made here. */
  get hints(): readonly WizardHint[] {
    return this.#hints;
  }

  /** Every object that a wizard made: of all types, in the order in which `pjsip export` prints them. */
  *objects(): Iterable<SorceryObject> {
    for (const wizard of this.#wizards.values()) yield* wizard.all();
  }

  /** Reads the file again. One that cannot be read leaves the objects as they were. */
  reload(): void {
    const { log, sorcery } = this.#options;
    let config: Config | undefined;
    try {
      config = this.#options.readConfig();
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      log.error(`${error.message}: what wizards made stays as it was`);
      return;
    }
    const made = new Map<string, SorceryObject[]>(TYPES.map((type) => [type, []]));
    const problems: Problem[] = [];
    const hints: WizardHint[] = [];
    for (const section of config?.sections ?? []) {
      if (section.isTemplate) continue;
      if (section.get('type') !== 'wizard') {
        const { name: id, file, line } = section;
        const detail = "only sections with 'type = wizard' stand for something here";
        problems.push({ type: 'section', id, file, line, option: 'type', detail });
        continue;
      }
      const expansion = this.#expand(section, problems);
      if (expansion === undefined) continue;
      for (const object of expansion.objects) made.get(object.type.name)?.push(object);
      if (expansion.hint !== undefined) hints.push({ ...expansion.hint, endpoint: section.name });
    }
    this.#hints = hints;
    for (const [type, wizard] of this.#wizards) {
      // A section is one thing: what is wrong with it is told once, with the endpoints.
      wizard.replace(made.get(type) ?? [], type === 'endpoint' ? problems : []);
      sorcery.events.emit('loaded', type);
    }
    for (const each of problems)
      log.error(`${each.file}:${each.line}: ${each.type} '${each.id}': ${each.detail}`);
  }

  /** What a section stands for, all of it or nothing. */
  #expand(
    section: Section,
    problems: Problem[],
  ): { readonly objects: readonly SorceryObject[]; readonly hint: MadeHint | undefined } | undefined {
    const problem = (file: string, line: number, option: string, detail: string) =>
      void problems.push({ type: 'wizard', id: section.name, file, line, option, detail });
    let expansion: Expansion;
    try {
      expansion = expandWizard(section);
    } catch (error) {
      if (!(error instanceof WizardError)) throw error;
      problem(section.file, section.line, error.option, error.message);
      return undefined;
    }
    for (const { file, line, name } of expansion.warnings)
      problem(file, line, name, `there is no option '${name}'; the line is passed over`);
    const objects: SorceryObject[] = [];
    for (const { type: name, id, fields } of expansion.objects) {
      // A module that is not loaded has no types, and nobody would look.
      const type = this.#options.sorcery.type(CLASS, name);
      if (type === undefined) continue;
      const made = makeObject(type, id, fields);
      if (!(made instanceof SorceryObject)) {
        const { file, line } = made.field?.from ?? section;
        problem(file, line, made.field?.from?.name ?? made.option, made.detail);
        return undefined;
      }
      objects.push(made);
    }
    return { objects, hint: expansion.hint };
  }

  close(): void {
    for (const [type, wizard] of this.#wizards) this.#options.sorcery.removeWizard(CLASS, type, wizard);
  }
}
