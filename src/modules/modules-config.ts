import { type Config, isTrue } from '../conf/index.ts';
import { moduleName } from './definition.ts';

/** modules.conf, read. Names are without `.so`. */
export interface ModulesConfig {
  /** Whether every known module is loaded that `noload` does not name. */
  readonly autoload: boolean;
  /** Loaded before all others, in this order. */
  readonly preload: readonly string[];
  readonly load: readonly string[];
  readonly noload: ReadonlySet<string>;
  /** Without these running the server does not start. */
  readonly require: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/** Whether a module is loaded at the start, unless something that it requires is missing. */
export function startsWith({ autoload, preload, load, noload }: ModulesConfig, name: string): boolean {
  return !noload.has(name) && (autoload || preload.includes(name) || load.includes(name));
}

/** Reads [modules]. Without the file everything is loaded. */
export function readModulesConfig(config: Config | undefined): ModulesConfig {
  const preload: string[] = [];
  const load: string[] = [];
  const noload = new Set<string>();
  const require = new Set<string>();
  const warnings: string[] = [];
  let autoload = config === undefined;
  for (const section of config?.named('modules') ?? []) {
    for (const variable of section.variables) {
      const name = moduleName(variable.value);
      const early = variable.name.toLowerCase().startsWith('preload');
      switch (variable.name.toLowerCase()) {
        case 'autoload':
          autoload = isTrue(variable.value);
          break;
        case 'noload':
          noload.add(name);
          break;
        case 'require':
        case 'preload-require':
          require.add(name);
          (early ? preload : load).push(name);
          break;
        case 'preload':
        case 'load':
          (early ? preload : load).push(name);
          break;
        default:
          warnings.push(`${variable.file}:${variable.line}: [modules] has no option '${variable.name}'`);
      }
    }
  }
  return { autoload, preload, load, noload, require, warnings };
}
