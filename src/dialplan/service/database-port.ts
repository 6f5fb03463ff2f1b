import type { AstDb } from '../../store/index.ts';
import type { DialplanDatabase } from '../functions/definition.ts';

/** The functions' view of AstDB, whose keys are `/family/key`. */
export function databasePort(astdb: Pick<AstDb, 'get' | 'put' | 'delete' | 'range'>): DialplanDatabase {
  return {
    get: (family, key) => astdb.get(`/${family}/${key}`),
    put: (family, key, value) => astdb.put(`/${family}/${key}`, value),
    delete: (family, key) => astdb.delete(`/${family}/${key}`),
    *keys(prefix) {
      const below = prefix === '' ? '/' : `/${prefix}/`;
      // Rows come in order of key, but `a-b` stands between `a` and `a/c`.
      const seen = new Set<string>();
      for (const [key] of astdb.range(below)) {
        const slash = key.indexOf('/', below.length);
        const name = key.slice(below.length, slash < 0 ? undefined : slash);
        if (seen.has(name)) continue;
        seen.add(name);
        yield name;
      }
    },
  };
}
