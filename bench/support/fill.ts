import { join } from 'node:path';
import Database from 'libsql';

/** Writes `count` phones (auth, aor, endpoint) as pushed ones into an AstDB file, the way the server stores them. */
export function fillAstDb(dir: string, count: number): void {
  const db = new Database(join(dir, 'lib', 'astdb.sqlite3'));
  db.exec('CREATE TABLE IF NOT EXISTS astdb(key TEXT, value TEXT, PRIMARY KEY(key))');
  const insert = db.prepare('INSERT OR REPLACE INTO astdb(key, value) VALUES (?, ?)');
  db.exec('BEGIN');
  for (let index = 0; index < count; index++) {
    const name = phone(index);
    insert.run(
      `/ps_auths/auth/${name}`,
      JSON.stringify({ auth_type: 'userpass', username: name, password: 'secret' }),
    );
    insert.run(`/ps_aors/aor/${name}`, JSON.stringify({ max_contacts: '1', remove_existing: 'true' }));
    insert.run(
      `/ps_endpoints/endpoint/${name}`,
      JSON.stringify({ auth: name, aors: name, context: 'default', allow: '(ulaw|alaw)' }),
    );
  }
  db.exec('COMMIT');
  db.close();
}

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
