/** What types are kept in. */
export interface TestStore {
  /** Without its argument for `realtime`: each type has a family of its own. */
  readonly wizard: string;
  readonly cache: string | undefined;
}

/** The types that are filled, with the family of each and its section of sorcery.conf. */
export const families = new Map([
  ['aor', { family: 'ps_aors', section: 'res_pjsip' }],
  ['endpoint', { family: 'ps_endpoints', section: 'res_pjsip' }],
  ['contact', { family: 'ps_contacts', section: 'res_pjsip' }],
  ['identify', { family: 'ps_endpoint_id_ips', section: 'res_pjsip_endpoint_identifier_ip' }],
]);

export const stores: readonly (readonly [name: string, store: TestStore])[] = [
  ['memory', { wizard: 'memory', cache: undefined }],
  ['astdb', { wizard: 'astdb,bench', cache: undefined }],
  ['realtime sqlite3', { wizard: 'realtime', cache: undefined }],
  ['memory_cache over realtime', { wizard: 'realtime', cache: 'memory_cache' }],
  ['full memory_cache over realtime', { wizard: 'realtime', cache: 'memory_cache,full_backend_cache=yes' }],
];

/** Packets are compared with all of them: without a copy of the whole their table would be read again and again. */
const IDENTIFY_CACHE = 'memory_cache,full_backend_cache=yes';

/** The files that keep every type in this store, with a database in `dir`. */
export function storeFiles({ wizard, cache }: TestStore, dir: string): Record<string, string> {
  const sections = new Map<string, string>();
  for (const [type, { family, section }] of families) {
    const line = `${type}=${wizard === 'realtime' ? `realtime,${family}` : wizard}\n`;
    const before = wizard === 'realtime' && type === 'identify' ? IDENTIFY_CACHE : cache;
    const both = before === undefined ? line : `${type}/cache=${before}\n${line}`;
    sections.set(section, (sections.get(section) ?? '') + both);
  }
  return {
    'sorcery.conf': [...sections].map(([name, lines]) => `[${name}]\n${lines}`).join(''),
    'extconfig.conf': `[settings]\n${[...families.values()].map(({ family }) => `${family} => sqlite3,rt\n`).join('')}`,
    'res_config_sqlite3.conf': `[rt]\ndbfile=${dir}/rt.sqlite3\n`,
  };
}

/** Each object has an address of its own, which is one of this machine's. */
export function addressOf(number: number): string {
  return `127.${(number >> 16) + 1}.${(number >> 8) & 255}.${number & 255}`;
}

/** Every way in which requests of the benchmarks tell who sends them. */
export const IDENTIFY_BY = 'username,ip,auth_username';
