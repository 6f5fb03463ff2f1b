/**
 * Lives here: .conf text ⇄ lines, sections and variables: comments, templates, includes; in-place editing keeps every byte.
 * Not here: what any option means (each part reads its own file), and asterisk.conf's paths (see `directories.ts`).
 * May ask: platform, errors.
 */
export { ConfError, type ConfWarning } from './conf-error.ts';
export { type Directories, type MainConfig, readMainConfig } from './directories.ts';
export { type ConfDocument, parseDocument, serializeDocument } from './document.ts';
export {
  type ConfEdit,
  ConfEditError,
  ConfEditing,
  type EditFault,
  type EditOptions,
  type SectionFilter,
} from './edit.ts';
export {
  ConfFolder,
  type ConfFolderOptions,
  ConfNameError,
  type ConfUpdate,
  type NameFault,
} from './edit-file.ts';
export { type ConfFiles, diskFiles } from './files.ts';
export { type ConfLine, parseLines, serializeLines } from './lines.ts';
export {
  type Config,
  hasChanged,
  type LoadOptions,
  loadConfig,
  loadConfigIfPresent,
  type SourceFile,
  type SourcePattern,
} from './load.ts';
export { type ConfVariable, Section } from './section.ts';
export { isFalse, isTrue, parseInteger } from './values.ts';
