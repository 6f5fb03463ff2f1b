/**
 * Lives here: .conf text ⇄ lines, sections and variables: comments, templates, includes; in-place editing keeps every byte.
 * Not here: what any option means (each part reads its own file), and asterisk.conf's paths (see `directories.ts`).
 * May ask: platform, errors.
 */
export { ConfError } from './conf-error.ts';
export { type Directories, type MainConfig, readMainConfig } from './directories.ts';
export { type ConfLine, parseLines, serializeLines } from './lines.ts';
export {
  type Config,
  type ConfVariable,
  type LoadOptions,
  loadConfig,
  loadConfigIfPresent,
  Section,
} from './load.ts';
export { isFalse, isTrue } from './values.ts';
