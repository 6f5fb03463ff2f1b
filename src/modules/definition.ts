/** How well a module is looked after, as `module show` prints it. */
export type SupportLevel = 'core' | 'extended' | 'deprecated';

/** One module, under the name that it has in Asterisk. */
export interface ModuleDefinition {
  /** Without `.so`: `res_pjsip`. */
  readonly name: string;
  /** As `module show` prints it, which cuts it at 40 characters. */
  readonly description: string;
  readonly supportLevel?: SupportLevel;
  /** Part of the core: always there, listed without `.so`, cannot be loaded or unloaded by name. */
  readonly builtin?: boolean;
  /** Modules without which this one cannot run; they are loaded first, and asked for when they are missing. */
  readonly requires?: readonly string[];
  /** Modules that are loaded before this one where both are. */
  readonly after?: readonly string[];
  /** What uses it at the moment beside the modules that require it: in use it is not unloaded. */
  readonly users?: () => readonly string[];
  /** Begins to work. Throwing declines the module; the error's message is the reason. */
  readonly load?: () => void | Promise<void>;
  /** Ends what `load` began. */
  readonly unload?: () => void | Promise<void>;
  /** Reads its configuration again. Throwing keeps the old one. */
  readonly reload?: () => void | Promise<void>;
}

/** A module that runs, or that was asked for and declined. */
export interface ModuleStatus {
  /** As lists and paths have it: `res_pjsip.so`, or `http` for a part of the core. */
  readonly name: string;
  readonly description: string;
  readonly supportLevel: SupportLevel;
  readonly running: boolean;
  /** Running modules that require it, and what else uses it. */
  readonly useCount: number;
  /** Whether there is anything that it could read again. */
  readonly reloadable: boolean;
  /** Why it does not run. */
  readonly reason?: string;
}

export type LoadResult =
  | { readonly result: 'loaded' | 'already-loaded' | 'not-found' }
  | { readonly result: 'declined'; readonly reason: string };

export type UnloadResult =
  | { readonly result: 'unloaded' | 'not-found' }
  | { readonly result: 'refused'; readonly reason: string };

export type ReloadResult =
  | { readonly result: 'reloaded' | 'not-found' | 'not-supported' | 'not-running' }
  | { readonly result: 'failed'; readonly reason: string };

/** `res_pjsip.so` and `res_pjsip` name the same module. */
export function moduleName(text: string): string {
  const trimmed = text.trim();
  return trimmed.toLowerCase().endsWith('.so') ? trimmed.slice(0, -3) : trimmed;
}
