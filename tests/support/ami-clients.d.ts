/** The parts of npm's clients of the manager interface that the tests use; none of the packages ships types. */
declare module 'asterisk-manager' {
  type Packet = Readonly<Record<string, string>>;
  interface Manager {
    on(event: string, listener: (packet: Packet) => void): void;
    action(action: object, callback: (error: Packet | null, answer: Packet) => void): void;
    disconnect(): void;
  }
  export default function connect(
    port: number,
    host: string,
    user: string,
    secret: string,
    events: boolean,
  ): Manager;
}

declare module 'asterisk-ami-client' {
  type Packet = Readonly<Record<string, string>>;
  export default class AmiClient {
    constructor(options?: { reconnect?: boolean; keepAlive?: boolean });
    connect(user: string, secret: string, place: { host: string; port: number }): Promise<unknown>;
    action(message: object, promise: true): Promise<Packet>;
    on(event: string, listener: (packet: Packet) => void): this;
    disconnect(): this;
  }
}

declare module 'nami' {
  interface Answer {
    readonly response: string;
    readonly message?: string;
    readonly ping?: string;
    readonly events: readonly Readonly<Record<string, string>>[];
  }
  interface NamiAction {
    [header: string]: string;
  }
  const nami: {
    readonly Nami: new (options: {
      host: string;
      port: number;
      username: string;
      secret: string;
      logger: Record<'error' | 'warn' | 'info' | 'debug', () => void>;
    }) => {
      on(event: string, listener: (packet: Readonly<Record<string, string>>) => void): void;
      open(): void;
      close(): void;
      send(action: NamiAction, callback: (answer: Answer) => void): void;
    };
    readonly Actions: Record<string, new (...args: string[]) => NamiAction>;
  };
  export default nami;
}

declare module 'yana' {
  type Packet = Readonly<Record<string, string | readonly string[]>>;
  export default class Ami {
    constructor(options: { host: string; port: number; login: string; password: string; events: boolean });
    connect(done: () => void): void;
    send(action: object, done: (answer: Packet) => void): void;
    on(event: string, listener: (packet: Packet) => void): this;
    disconnect(): void;
  }
}
