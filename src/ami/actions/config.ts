import {
  ConfEditError,
  ConfError,
  type Config,
  ConfNameError,
  type EditFault,
  isFalse,
  isTrue,
  type Section,
} from '../../conf/index.ts';
import { type ActionCall, type AmiAction, failure, parameters, type Reply, success } from '../action.ts';
import { restricted } from '../capability.ts';
import { maskOf } from '../classes.ts';
import type { Header } from '../packet.ts';
import { editsOf, UnknownEdit } from './config-edits.ts';
import { type Selection, selection } from './config-filter.ts';

const NOT_FOUND = 'Config file not found';
const ESCALATED = 'File requires escalated privileges';
const NO_NAME = 'Filename not specified';
const INVALID = 'Config file has invalid format';
const NOT_SAVED = 'Save of config failed';

/** Numbers in the names of headers have six digits, or more. */
const index = (number: number) => String(number).padStart(6, '0');

/** A file as this user may see it, or the refusal; `missing` is what is said of one that is not there. */
function open(call: ActionCall, missing: string): Config | Reply {
  const name = call.text('Filename');
  if (name === '') return failure(NO_NAME);
  try {
    return call.ports.files.read(name, !restricted(call));
  } catch (error) {
    if (error instanceof ConfNameError) return failure(error.fault === 'missing' ? missing : ESCALATED);
    if (error instanceof ConfError) return failure(INVALID);
    throw error;
  }
}

/** The categories that Category and Filter leave. */
function* selected(call: ActionCall, { sections }: Config): Iterable<Section> {
  const wanted = call.text('Category').toLowerCase();
  const chosen: Selection = selection(call.text('Filter'), call.ports.compilePattern);
  for (const each of sections) {
    if (wanted !== '' && each.name.toLowerCase() !== wanted) continue;
    if (chosen(each)) yield each;
  }
}

function getConfig(call: ActionCall): Reply {
  const config = open(call, NOT_FOUND);
  if ('kind' in config) return config;
  const headers: Header[] = [];
  let count = 0;
  for (const { name, isTemplate, templates, variables } of selected(call, config)) {
    const number = index(count++);
    headers.push([`Category-${number}`, name]);
    if (isTemplate) headers.push([`IsTemplate-${number}`, '1']);
    if (templates.length > 0) headers.push([`Templates-${number}`, templates.join(',')]);
    for (const [line, { name, value }] of variables.entries())
      headers.push([`Line-${number}-${index(line)}`, `${name}=${value}`]);
  }
  // A line of its own, without a name, as the original says it.
  if (count === 0 && call.text('Category') !== '') headers.push(['', 'No categories found']);
  return success(undefined, ...headers);
}

function getConfigJson(call: ActionCall): Reply {
  const config = open(call, ESCALATED);
  if ('kind' in config) return config;
  const parts: string[] = [];
  for (const { name, isTemplate, templates, variables } of selected(call, config)) {
    // Names come twice where the file has them twice, so that this is no object on the way.
    const members = variables.map((each) => `${JSON.stringify(each.name)}:${JSON.stringify(each.value)}`);
    if (templates.length > 0) members.unshift(`"templates":${JSON.stringify(templates.join(','))}`);
    if (isTemplate) members.unshift('"istemplate":1');
    parts.push(`${JSON.stringify(name)}:{${members.join(',')}}`);
  }
  return success(undefined, ['JSON', `{${parts.join(',')}}`]);
}

function listCategories(call: ActionCall): Reply {
  const config = open(call, NOT_FOUND);
  if ('kind' in config) return config;
  const names = config.sections.filter((each) => !each.isTemplate);
  if (names.length === 0) return success(undefined, ['Error', 'no categories found']);
  return success(undefined, ...names.map(({ name }, at): Header => [`Category-${index(at)}`, name]));
}

/** The system's words for what keeps a file from being created. */
const SYSTEM_TEXTS = new Map([
  ['EEXIST', 'File exists'],
  ['ENOENT', 'No such file or directory'],
  ['ENOTDIR', 'Not a directory'],
  ['EACCES', 'Permission denied'],
  ['EROFS', 'Read-only file system'],
  ['ENOSPC', 'No space left on device'],
  ['ENAMETOOLONG', 'File name too long'],
]);

async function createConfig(call: ActionCall): Promise<Reply> {
  const name = call.text('Filename');
  if (name === '') return failure(NO_NAME);
  try {
    await call.ports.files.create(name, !restricted(call));
  } catch (error) {
    if (error instanceof ConfNameError) return failure(ESCALATED);
    const code = codeOf(error);
    if (code === undefined) throw error;
    return failure(SYSTEM_TEXTS.get(code) ?? code);
  }
  return success('New configuration file created successfully');
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof Error && typeof code === 'string' ? code : undefined;
}

const EDIT_FAULTS: Record<EditFault, string> = {
  'no-category': 'Given category does not exist',
  'no-template': 'Template category not found',
  'not-created': 'Create category did not complete successfully',
  'no-variable': 'Update did not complete successfully',
  unwritable: 'Problem with category, value, or line (if required)',
  unsafe: NOT_SAVED,
};

async function updateConfig(call: ActionCall): Promise<Reply> {
  const [source, destination] = [call.text('SrcFilename'), call.text('DstFilename')];
  if (source === '' || destination === '') return failure(NO_NAME);
  try {
    await call.ports.files.update({
      source,
      destination,
      edits: editsOf(call),
      preserveContext: !isFalse(call.text('PreserveEffectiveContext')),
      trusted: !restricted(call),
    });
  } catch (error) {
    return refusal(error);
  }
  await reload(call);
  return success();
}

function refusal(error: unknown): Reply {
  if (error instanceof UnknownEdit) return failure(error.message);
  if (error instanceof ConfNameError) return failure(ESCALATED);
  if (error instanceof ConfError) return failure(INVALID);
  if (error instanceof ConfEditError) {
    const message = EDIT_FAULTS[error.fault];
    // The original has no word for why.
    return error.fault !== 'unsafe'
      ? failure(message)
      : {
          kind: 'error',
          headers: [
            ['Message', message],
            ['Detail', error.message],
          ],
        };
  }
  if (codeOf(error) === undefined) throw error;
  return failure(NOT_SAVED);
}

/** `Reload` says yes, or the name of a module; one that is not there or refuses changes nothing about the answer. */
async function reload({ text, ports }: ActionCall): Promise<void> {
  const wanted = text('Reload');
  if (wanted === '' || isFalse(wanted)) return;
  if (isTrue(wanted)) await ports.reloadAll();
  else await ports.modules.reload(wanted);
}

const FILTERED = parameters('ActionID', 'Filename!', 'Category', 'Filter');

/** Configuration files: read, and edited in place. */
export const configActions: readonly AmiAction[] = [
  {
    name: 'GetConfig',
    classes: maskOf('system', 'config'),
    synopsis: 'Show a configuration file.',
    parameters: FILTERED,
    module: 'manager',
    run: getConfig,
  },
  {
    name: 'GetConfigJSON',
    classes: maskOf('system', 'config'),
    synopsis: 'Show a configuration file as JSON.',
    parameters: FILTERED,
    module: 'manager',
    run: getConfigJson,
  },
  {
    name: 'ListCategories',
    classes: maskOf('config'),
    synopsis: 'List the categories of a configuration file.',
    parameters: parameters('ActionID', 'Filename!'),
    module: 'manager',
    run: listCategories,
  },
  {
    name: 'CreateConfig',
    classes: maskOf('config'),
    synopsis: 'Create an empty configuration file.',
    parameters: parameters('ActionID', 'Filename!'),
    module: 'manager',
    run: createConfig,
  },
  {
    name: 'UpdateConfig',
    classes: maskOf('config'),
    synopsis: 'Edit a configuration file in place.',
    parameters: parameters(
      'ActionID',
      'SrcFilename!',
      'DstFilename!',
      'Reload',
      'PreserveEffectiveContext',
      'Action-000000',
      'Cat-000000',
      'Var-000000',
      'Value-000000',
      'Match-000000',
      'Line-000000',
      'Options-000000',
    ),
    module: 'manager',
    run: updateConfig,
  },
];
