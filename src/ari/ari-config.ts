import { type Config, isTrue, type Section } from '../conf/index.ts';
import { type Acl, readAcl, type User } from '../security/index.ts';

/** A user of ari.conf with what verifies it. */
export interface AriUser extends User {
  readonly password: string;
  readonly crypted: boolean;
  /** Where the user may come from; undefined for anywhere. */
  readonly acl: Acl | undefined;
}

/** ari.conf, as far as it is acted on; docs/compatibility.md lists the options that wait. */
export interface AriConfig {
  readonly enabled: boolean;
  readonly pretty: boolean;
  readonly realm: string;
  /** `allowed_origins` as it stands there. */
  readonly allowedOrigins: string;
  readonly users: ReadonlyMap<string, AriUser>;
  /** What was wrong with a user, for the log. */
  readonly problems: readonly string[];
}

const DEFAULT_REALM = 'Asterisk REST Interface';

/** Reads ari.conf. A user that makes no sense is left out and named. A missing file means a door that is shut. */
export function readAriConfig(
  config: Config | undefined,
  namedAcl: (name: string) => Acl | undefined = () => undefined,
): AriConfig {
  const general = config?.section('general');
  const users = new Map<string, AriUser>();
  const problems: string[] = [];
  for (const section of config?.sections ?? []) {
    if (section.isTemplate || section.name === 'general' || section.get('type') !== 'user') continue;
    const user = readUser(section, namedAcl);
    if (typeof user === 'string')
      problems.push(`${section.file}:${section.line}: user '${section.name}': ${user}`);
    else users.set(section.name, user);
  }
  return {
    enabled:
      config !== undefined && general?.get('enabled') !== 'no' && (general === undefined || enabled(general)),
    pretty: isTrue(general?.get('pretty')),
    realm: general?.get('auth_realm') ?? DEFAULT_REALM,
    allowedOrigins: general?.get('allowed_origins') ?? '',
    users,
    problems,
  };
}

function enabled(general: Section): boolean {
  const value = general.get('enabled');
  return value === undefined || isTrue(value);
}

function readUser(section: Section, namedAcl: (name: string) => Acl | undefined): AriUser | string {
  let acl: Acl | undefined;
  try {
    acl = readAcl(section, namedAcl);
  } catch (error) {
    return (error as Error).message;
  }
  const password = section.get('password') ?? '';
  const format = section.get('password_format') ?? 'plain';
  if (password === '') return 'a password is required';
  if (format !== 'plain' && format !== 'crypt')
    return `password_format '${format}' is neither plain nor crypt`;
  if (format === 'crypt' && !/^\$[56]\$/.test(password))
    return 'crypt passwords of the kinds $5$ and $6$ are known';
  return {
    name: section.name,
    readOnly: isTrue(section.get('read_only')),
    password,
    crypted: format === 'crypt',
    acl,
  };
}
