import type { CliCommand, CliContext } from '../command.ts';

const KEY_WIDTH = 50;
const VALUE_WIDTH = 25;

function line(key: string, value: string): string {
  return `${key.padEnd(KEY_WIDTH)}: ${value.padEnd(VALUE_WIDTH)}\n`;
}

function* show({ astdb }: CliContext, prefix: string, own: string | undefined): Iterable<string> {
  let count = 0;
  if (own !== undefined) {
    const value = astdb.get(own);
    if (value !== undefined) {
      count++;
      yield line(own, value);
    }
  }
  for (const [key, value] of astdb.range(prefix)) {
    count++;
    yield line(key, value);
  }
  yield `${count} results found.\n`;
}

/** `/family/key` of what a user typed. */
const path = (family: string, key: string) => `/${family}/${key}`;

/** AstDB by hand. */
export const databaseCommands: readonly CliCommand[] = [
  {
    words: 'database show',
    args: '[family [keytree]]',
    takes: 2,
    summary: 'Shows database contents',
    usage: 'Prints the rows of the database, of one family, or below one key of it.',
    run: (context, [family, key]) => {
      if (family === undefined) return show(context, '/', undefined);
      const root = key === undefined ? `/${family}` : path(family, key);
      return show(context, `${root}/`, root);
    },
  },
  {
    words: 'database showkey',
    args: '<keytree>',
    needs: 1,
    takes: 1,
    summary: 'Shows database contents',
    usage: 'Shows Asterisk database contents, restricted to a given key.',
    run: function* ({ astdb }, [wanted = '']) {
      let count = 0;
      for (const [key, value] of astdb.range('/')) {
        if (!key.endsWith(`/${wanted}`)) continue;
        count++;
        yield line(key, value);
      }
      yield `${count} results found.\n`;
    },
  },
  {
    words: 'database get',
    args: '<family> <key>',
    needs: 2,
    takes: 2,
    summary: 'Gets database value',
    usage: 'Retrieves an entry in the Asterisk database for a given\nfamily and key.',
    run: ({ astdb }, [family = '', key = '']) => {
      const value = astdb.get(path(family, key));
      return value === undefined ? 'Database entry not found.\n' : `Value: ${value}\n`;
    },
  },
  {
    words: 'database put',
    args: '<family> <key> <value>',
    needs: 3,
    takes: 3,
    summary: 'Adds/updates database value',
    usage: 'Adds or updates an entry in the Asterisk database for\na given family, key, and value.',
    run: async ({ astdb }, [family = '', key = '', value = '']) => {
      await astdb.put(path(family, key), value);
      return 'Updated database successfully\n';
    },
  },
  {
    words: 'database del',
    args: '<family> <key>',
    needs: 2,
    takes: 2,
    summary: 'Removes database key/value',
    usage: 'Deletes an entry in the Asterisk database for a given\nfamily and key.',
    run: async ({ astdb }, [family = '', key = '']) => {
      if (astdb.get(path(family, key)) === undefined) return 'Database entry could not be removed.\n';
      await astdb.delete(path(family, key));
      return 'Database entry removed.\n';
    },
  },
  {
    words: 'database deltree',
    args: '<family> [keytree]',
    needs: 1,
    takes: 2,
    summary: 'Removes database keytree/values',
    usage: 'Deletes a family, or what lies below one key of it.',
    run: async ({ astdb }, [family = '', key]) => {
      const count = await astdb.deleteTree(key === undefined ? `/${family}` : path(family, key));
      return count === 0 ? 'Database entries do not exist.\n' : `${count} database entries removed.\n`;
    },
  },
  {
    words: 'database query',
    args: '"<SQL statement>"',
    needs: 1,
    takes: 1,
    summary: 'Run a user-specified query on the astdb',
    usage: 'Runs a statement that reads, and prints every row.',
    run: ({ astdb }, [sql = '']) => {
      try {
        const { columns, rows } = astdb.query(sql);
        const width = Math.max(0, ...columns.map((name) => name.length));
        return `${rows
          .map((row) =>
            columns
              .map((name, at) => `${name.padEnd(width)}: ${(row[at] ?? '').padEnd(KEY_WIDTH - 1)}\n`)
              .join(''),
          )
          .join('\n')}\n`;
      } catch {
        // The original prints nothing for a statement that it cannot run.
        return '';
      }
    },
  },
];
