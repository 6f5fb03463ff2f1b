import { join } from 'node:path';
import Database from 'libsql';
import { pjsipTypes } from '../../src/pjsip/index.ts';
import { ObjectType, SorceryObject } from '../../src/sorcery/index.ts';

/** Writes `count` phones (auth, aor, endpoint) as pushed ones into an AstDB file, the way the server stores them. */
export function fillAstDb(dir: string, count: number): void {
  const db = new Database(join(dir, 'lib', 'astdb.sqlite3'));
  db.exec('CREATE TABLE IF NOT EXISTS astdb(key TEXT, value TEXT, PRIMARY KEY(key))');
  const insert = db.prepare('INSERT OR REPLACE INTO astdb(key, value) VALUES (?, ?)');
  db.exec('BEGIN');
  for (let index = 0; index < count; index++) {
    const name = phone(index);
    const fields = {
      auth: { auth_type: 'userpass', username: name, password: 'secret' },
      aor: { max_contacts: '1', remove_existing: 'yes' },
      endpoint: { auth: name, aors: name, context: 'default', allow: '!all,ulaw,alaw' },
    };
    for (const [type, each] of Object.entries(fields))
      insert.run(`/ps_${type}s/${type}/${name}`, rowOf(type, name, each));
  }
  db.exec('COMMIT');
  db.close();
}

/** The row of an object that was pushed with these fields. */
function rowOf(typeName: string, id: string, fields: Record<string, string>): string {
  const type = types.get(typeName);
  if (type === undefined) throw new Error(`no type ${typeName}`);
  const draft = type.draft();
  for (const [name, value] of Object.entries(fields)) draft.apply(name, value);
  return new SorceryObject(type, id, draft.values).row(true);
}

const types = new Map(pjsipTypes.map((spec) => [spec.type, new ObjectType(spec)]));

export function phone(index: number): string {
  return `phone${String(index).padStart(6, '0')}`;
}

export const astDbSorcery = `[res_pjsip]
endpoint=astdb,ps_endpoints
auth=astdb,ps_auths
aor=astdb,ps_aors
contact=astdb,ps_contacts
`;

export const memorySorcery = `[res_pjsip]
endpoint=memory
auth=memory
aor=memory
contact=memory
`;
