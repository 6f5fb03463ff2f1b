/** A UDP transport on the port of the instance. */
export const UDP = '[transport-udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:@SIP@\n';

/** A TCP transport on the same port. */
export const TCP = '[transport-tcp]\ntype=transport\nprotocol=tcp\nbind=127.0.0.1:@SIP@\n';

export interface PhoneOptions {
  readonly password?: string;
  /** Further lines of each of its sections, the defaults of a phone replaced. */
  readonly endpoint?: Readonly<Record<string, string>>;
  readonly auth?: Readonly<Record<string, string>>;
  readonly aor?: Readonly<Record<string, string>>;
}

/** The three sections of a phone that logs in by its name: endpoint, auth, aor. */
export function phoneConf(name: string, options: PhoneOptions = {}): string {
  const { password = 'secret', endpoint, auth, aor } = options;
  const login = { context: 'default', allow: '!all,ulaw', auth: name, aors: name };
  return (
    section(name, 'endpoint', { ...login, ...endpoint }) +
    section(name, 'auth', { username: name, password, ...auth }) +
    section(name, 'aor', { max_contacts: '1', ...aor })
  );
}

function section(name: string, type: string, options: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ type, ...options }).map(([option, value]) => `${option}=${value}\n`);
  return `[${name}]\n${lines.join('')}`;
}
