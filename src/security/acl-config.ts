import { ConfError, type Config, type Section } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';
import { Acl } from './acl.ts';

/** What a section says about addresses. */
export type AclSection = Pick<Section, 'variables'>;

/**
 * Reads `permit`, `deny` and `acl` of a section, in their order; undefined when it has none.
 * @throws {RangeError} for a line that is no address
 */
export function readAcl(section: AclSection, named: (name: string) => Acl | undefined): Acl | undefined {
  const acl = new Acl();
  for (const { name, value } of section.variables) {
    switch (name.toLowerCase()) {
      case 'permit':
        acl.add(true, value);
        break;
      case 'deny':
        acl.add(false, value);
        break;
      case 'acl':
        for (const each of value.split(','))
          if (each.trim() !== '') acl.require(each.trim(), () => named(each.trim()));
        break;
    }
  }
  return acl.empty ? undefined : acl;
}

/** The lists of acl.conf by name; `problem` hears of sections that are left out, and those let nobody in. */
export function readNamedAcls(
  config: Config | undefined,
  problem: (text: string) => void,
): ReadonlyMap<string, Acl> {
  const acls = new Map<string, Acl>();
  for (const section of config?.sections ?? []) {
    if (section.isTemplate) continue;
    // A list may refer to those before it, so that no two can refer to each other.
    const before = new Map(acls);
    try {
      acls.set(section.name, readAcl(section, (name) => before.get(name)) ?? new Acl());
    } catch (error) {
      problem(`${section.file}:${section.line}: [${section.name}]: ${(error as Error).message}`);
    }
  }
  return acls;
}

export interface NamedAclsOptions {
  /** Reads acl.conf. @throws {ConfError} */
  readonly read: () => Config | undefined;
  readonly log: Logger;
}

/** The lists of acl.conf as they are now: whoever refers to one by name sees it change with a reload. */
export class NamedAcls {
  readonly #options: NamedAclsOptions;
  #acls: ReadonlyMap<string, Acl> = new Map();

  constructor(options: NamedAclsOptions) {
    this.#options = options;
  }

  /** Reads the file again; one that is broken leaves everything as it was. */
  reload(): void {
    try {
      const config = this.#options.read();
      this.#acls = readNamedAcls(config, (text) => this.#options.log.error(text));
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      this.#options.log.error(`${error.message}: acl.conf stays as it was`);
    }
  }

  readonly get = (name: string): Acl | undefined => this.#acls.get(name);

  names(): string[] {
    return [...this.#acls.keys()].sort();
  }
}
