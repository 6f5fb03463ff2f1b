import { posix } from 'node:path';
import {
  argument,
  type DialplanDatabase,
  type FunctionCall,
  type FunctionDefinition,
  FunctionError,
} from './definition.ts';

function database(call: FunctionCall): DialplanDatabase {
  const found = call.services.database;
  if (found === undefined) throw new FunctionError(`${call.name}: there is no database`);
  return found;
}

/** `family/key`, where the key may have slashes of its own. */
function place(call: FunctionCall): { family: string; key: string } {
  const slash = call.text.indexOf('/');
  if (slash < 0) throw new FunctionError(`${call.name} needs family/key`);
  return { family: call.text.slice(0, slash), key: call.text.slice(slash + 1) };
}

/** Reads one entry, and leaves its value in DB_RESULT as DB(), DB_EXISTS() and DB_DELETE() do. */
function lookUp(call: FunctionCall): string | undefined {
  const { family, key } = place(call);
  const value = database(call).get(family, key);
  if (value !== undefined && call.channel !== undefined)
    call.services.setVariable(call.channel, 'DB_RESULT', value);
  return value;
}

function deleteEntry(call: FunctionCall): string {
  const value = lookUp(call);
  const { family, key } = place(call);
  if (value === undefined) return '';
  const stored = database(call).delete(family, key);
  stored?.catch((error: unknown) =>
    call.services.log.error(`DB_DELETE(${call.text}) was not stored: ${String(error)}`),
  );
  return value;
}

const familyAndKey = [
  { name: 'family', required: true, separator: '/' },
  { name: 'key', required: true },
] as const;

/** Functions of func_db, func_env, func_version and func_module. */
export const systemFunctions: readonly FunctionDefinition[] = [
  {
    name: 'DB',
    module: 'func_db',
    summary: 'Gives or sets an entry of the database.',
    arguments: familyAndKey,
    dangerous: 'write',
    read: (call) => lookUp(call) ?? '',
    write: async (call, value) => {
      const { family, key } = place(call);
      await database(call).put(family, key, value);
    },
  },
  {
    name: 'DB_EXISTS',
    module: 'func_db',
    summary: 'Tells whether the database has an entry: 1 or 0.',
    arguments: familyAndKey,
    read: (call) => (lookUp(call) === undefined ? '0' : '1'),
  },
  {
    name: 'DB_DELETE',
    module: 'func_db',
    summary: 'Deletes an entry of the database and gives its last value.',
    arguments: familyAndKey,
    dangerous: 'both',
    read: deleteEntry,
    write: (call) => void deleteEntry(call),
  },
  {
    name: 'DB_KEYS',
    module: 'func_db',
    summary: 'Lists the names directly below a place in the database.',
    arguments: [{ name: 'prefix' }],
    read: (call) => [...database(call).keys(call.text)].join(','),
  },
  {
    name: 'DB_KEYCOUNT',
    module: 'func_db',
    summary: 'Counts the names directly below a place in the database.',
    arguments: [{ name: 'prefix' }],
    read: (call) => String([...database(call).keys(call.text)].length),
  },
  {
    name: 'ENV',
    module: 'func_env',
    summary: "Gives or sets a variable of the server's environment.",
    arguments: [{ name: 'varname', required: true }],
    dangerous: 'both',
    read: (call) => process.env[call.text] ?? '',
    write: (call, value) => {
      if (call.text === '' || call.text.includes('='))
        throw new FunctionError(`ENV: '${call.text}' is no name`);
      if (value === '') delete process.env[call.text];
      else process.env[call.text] = value;
    },
  },
  {
    name: 'BASENAME',
    module: 'func_env',
    summary: 'Gives the last part of a path.',
    arguments: [{ name: 'filename', required: true }],
    read: (call) => posix.basename(call.text),
  },
  {
    name: 'DIRNAME',
    module: 'func_env',
    summary: 'Gives a path without its last part.',
    arguments: [{ name: 'filename', required: true }],
    read: (call) => posix.dirname(call.text),
  },
  {
    name: 'VERSION',
    module: 'func_version',
    summary: 'Gives the compatible version, as text or (ASTERISK_VERSION_NUM) as a number.',
    arguments: [{ name: 'info' }],
    read: (call) => {
      const item = argument(call, 0).toUpperCase();
      if (item === '') return call.services.version.text;
      if (item === 'ASTERISK_VERSION_NUM') return call.services.version.number;
      throw new FunctionError(`VERSION does not know ${item}`);
    },
  },
  {
    name: 'IFMODULE',
    module: 'func_module',
    summary: 'Tells whether a module is running: 1 or 0.',
    arguments: [{ name: 'modulename.so', required: true }],
    read: (call) => (call.services.moduleRunning(call.text.replace(/\.so$/, '')) ? '1' : '0'),
  },
];
