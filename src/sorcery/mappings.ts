import type { Config } from '../conf/index.ts';
import { nearest, type TypeSpec } from './object-type.ts';
import type { Problem } from './wizard.ts';

/** One line of sorcery.conf: `endpoint/cache=memory` and the like. */
export interface Mapping {
  readonly type: string;
  readonly cache: boolean;
  readonly wizard: string;
  readonly argument: string;
  readonly file: string;
  readonly line: number;
}

/** Reads the mappings of one section, in the order of the file. */
export function parseMappings(config: Config | undefined, section: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const each of config?.named(section) ?? []) {
    for (const variable of each.variables) {
      const [type = '', mark] = variable.name.split('/', 2);
      const comma = variable.value.indexOf(',');
      const wizard = comma < 0 ? variable.value : variable.value.slice(0, comma);
      mappings.push({
        type: type.trim(),
        cache: mark?.trim() === 'cache',
        wizard: wizard.trim(),
        argument: comma < 0 ? '' : variable.value.slice(comma + 1).trim(),
        file: variable.file,
        line: variable.line,
      });
    }
  }
  return mappings;
}

/** Whether two lines ask for the same wizard in the same way, wherever they stand. */
export function sameMapping(a: Mapping, b: Mapping): boolean {
  return a.cache === b.cache && a.wizard === b.wizard && a.argument === b.argument;
}

/** Lines for types that their section does not have: `identify` in [res_pjsip] has no effect, and nothing else says so. */
export function strayMappings(config: Config | undefined, specs: readonly TypeSpec[]): Problem[] {
  const found: Problem[] = [];
  for (const section of new Set(specs.map((each) => each.section))) {
    const types = specs.filter((each) => each.section === section).map((each) => each.type);
    for (const { type, file, line } of parseMappings(config, section)) {
      if (types.includes(type)) continue;
      const home = specs.find((each) => each.type === type);
      const meant = nearest(type, types);
      const advice =
        home !== undefined
          ? `: it belongs to [${home.section}]`
          : meant !== undefined
            ? `: did you mean '${meant}'?`
            : `; it has ${types.join(', ')}`;
      found.push({
        type,
        id: '',
        file,
        line,
        option: type,
        detail: `[${section}] has no type '${type}'${advice}`,
      });
    }
  }
  return found;
}

/** The mappings of one type, in the order of the file; those of its own where it has no other. */
export function mappingsOf(
  spec: TypeSpec,
  defaultFile: string,
  config: Config | undefined,
): readonly Mapping[] {
  const own = parseMappings(config, spec.section).filter((mapping) => mapping.type === spec.type);
  if (own.some((mapping) => !mapping.cache)) return own;
  const defaults = spec.defaultWizards ?? [['config', `${defaultFile},criteria=type=${spec.type}`]];
  return [
    ...own,
    ...defaults.map(([wizard, argument]) => ({
      type: spec.type,
      cache: false,
      wizard,
      argument,
      file: 'default',
      line: 0,
    })),
  ];
}
