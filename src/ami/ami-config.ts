import { type Config, isTrue } from '../conf/index.ts';

export interface AmiUser {
  readonly name: string;
  readonly secret: string;
}

/** manager.conf, as far as it is acted on; docs/compatibility.md lists the options that wait. */
export interface AmiConfig {
  readonly enabled: boolean;
  readonly address: string;
  readonly port: number;
  /** Seconds that a client may take to log in. */
  readonly authTimeout: number;
  /** Clients that may be connected without having logged in. */
  readonly authLimit: number;
  readonly users: ReadonlyMap<string, AmiUser>;
}

const DEFAULT_PORT = 5038;
const DEFAULT_AUTH_TIMEOUT = 30;
const DEFAULT_AUTH_LIMIT = 50;

/** A missing file means a door that is shut. */
export function readAmiConfig(config: Config | undefined): AmiConfig {
  const general = config?.section('general');
  const number = (name: string, fallback: number): number => {
    const value = Number(general?.get(name) ?? fallback);
    return Number.isInteger(value) && value >= 0 ? value : fallback;
  };
  const users = new Map<string, AmiUser>();
  for (const section of config?.sections ?? []) {
    const secret = section.get('secret');
    if (section.isTemplate || section.name === 'general' || secret === undefined || secret === '') continue;
    // A user that is limited to addresses is left out until those limits are checked: open by mistake is worse.
    if (['deny', 'permit', 'acl'].some((name) => section.get(name) !== undefined)) continue;
    users.set(section.name, { name: section.name, secret });
  }
  return {
    enabled: isTrue(general?.get('enabled')),
    address: general?.get('bindaddr') ?? '127.0.0.1',
    port: number('port', DEFAULT_PORT),
    authTimeout: number('authtimeout', DEFAULT_AUTH_TIMEOUT),
    authLimit: number('authlimit', DEFAULT_AUTH_LIMIT),
    users,
  };
}
