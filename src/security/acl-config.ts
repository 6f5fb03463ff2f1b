import type { Config, Section } from '../conf/index.ts';
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
        for (const each of value.split(',')) if (each.trim() !== '') acl.require(() => named(each.trim()));
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
    try {
      acls.set(section.name, readAcl(section, (name) => acls.get(name)) ?? new Acl());
    } catch (error) {
      problem(`${section.file}:${section.line}: [${section.name}]: ${(error as Error).message}`);
    }
  }
  return acls;
}
