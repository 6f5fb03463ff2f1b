import { type AmiAction, failure, type ListItem, parameters, success } from '../action.ts';
import { maskOf } from '../classes.ts';
import type { Header } from '../packet.ts';
import type { AmiPorts } from '../ports.ts';

const LIST = { kind: 'list', message: 'Result will follow' } as const;

function keyOf(family: string, key: string): string {
  return key === '' ? `/${family}` : `/${family}/${key}`;
}

type Rows = Pick<AmiPorts['astdb'], 'get' | 'range'>;

/** An entry and all below it; everything for the empty text. */
function* tree(astdb: Rows, root: string): Iterable<ListItem> {
  const item = (key: string, value: string): ListItem => ({
    name: 'DBGetTreeResponse',
    headers: [
      ['Key', key],
      ['Val', value],
    ],
  });
  const own = root === '' ? undefined : astdb.get(root);
  if (own !== undefined) yield item(root, own);
  for (const [key, value] of astdb.range(`${root}/`)) yield item(key, value);
}

/** Asterisk's database. */
export const databaseActions: readonly AmiAction[] = [
  {
    name: 'DBGet',
    classes: maskOf('system', 'reporting'),
    synopsis: 'Read one entry of the database.',
    parameters: parameters('ActionID', 'Family!', 'Key!'),
    module: 'manager',
    run: ({ text, ports }) => {
      const [family, key] = [text('Family'), text('Key')];
      if (family === '') return failure('No family specified.');
      if (key === '') return failure('No key specified.');
      const value = ports.astdb.get(keyOf(family, key));
      if (value === undefined) return failure('Database entry not found');
      const headers: Header[] = [
        ['Family', family],
        ['Key', key],
        ['Val', value],
      ];
      return {
        ...LIST,
        items: [{ name: 'DBGetResponse', headers, idLast: true }],
        complete: 'DBGetComplete',
      };
    },
  },
  {
    name: 'DBGetTree',
    classes: maskOf('system', 'reporting'),
    synopsis: 'Read all entries of the database, or those below a family or key.',
    parameters: parameters('ActionID', 'Family', 'Key'),
    module: 'manager',
    run: ({ text, ports }) => {
      const [family, key] = [text('Family'), text('Key')];
      const root = family === '' ? '' : keyOf(family, key);
      return { ...LIST, items: tree(ports.astdb, root), complete: 'DBGetTreeComplete' };
    },
  },
  {
    name: 'DBPut',
    classes: maskOf('system'),
    synopsis: 'Write one entry of the database.',
    parameters: parameters('ActionID', 'Family!', 'Key!', 'Val'),
    module: 'manager',
    run: async ({ text, ports }) => {
      const [family, key] = [text('Family'), text('Key')];
      if (family === '') return failure('No family specified');
      if (key === '') return failure('No key specified');
      await ports.astdb.put(keyOf(family, key), text('Val'));
      return success('Updated database successfully');
    },
  },
  {
    name: 'DBDel',
    classes: maskOf('system'),
    synopsis: 'Delete one entry of the database.',
    parameters: parameters('ActionID', 'Family!', 'Key!'),
    module: 'manager',
    run: async ({ text, ports }) => {
      const [family, key] = [text('Family'), text('Key')];
      if (family === '') return failure('No family specified.');
      if (key === '') return failure('No key specified.');
      const path = keyOf(family, key);
      if (ports.astdb.get(path) === undefined) return failure('Database entry could not be deleted');
      await ports.astdb.delete(path);
      return success('Key deleted successfully');
    },
  },
  {
    name: 'DBDelTree',
    classes: maskOf('system'),
    synopsis: 'Delete all entries below a family or key.',
    parameters: parameters('ActionID', 'Family!', 'Key'),
    module: 'manager',
    run: async ({ text, ports }) => {
      const family = text('Family');
      if (family === '') return failure('No family specified.');
      const count = await ports.astdb.deleteTree(keyOf(family, text('Key')));
      return count > 0 ? success('Key tree deleted successfully') : failure('Database entry not found');
    },
  },
];
