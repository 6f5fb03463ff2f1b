import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { managerConf } from './ami.ts';
import { freePort, Instance } from './instance.ts';

/** What the dial plan is before each test: a line to read, and a call that lasts. */
export const EXTENSIONS = `; kept
[default]
exten => 1,1,NoOp()
exten => wait,1,Answer()
 same => n,Wait(30)
`;

/** A running server with a manager interface, for other people's clients to log in to as `admin`. */
export class AmiServer {
  readonly instance: Instance;
  readonly port: number;

  private constructor(instance: Instance, port: number) {
    this.instance = instance;
    this.port = port;
  }

  static async start(): Promise<AmiServer> {
    const port = await freePort();
    const instance = await Instance.create({
      'extensions.conf': EXTENSIONS,
      'manager.conf': managerConf(port),
    });
    await instance.start();
    return new AmiServer(instance, port);
  }

  /** Undoes what clients wrote into the dial plan. */
  restore(): void {
    this.instance.write('extensions.conf', EXTENSIONS);
  }

  /** extensions.conf as it is now. */
  extensions(): string {
    return readFileSync(join(this.instance.dir, 'etc', 'extensions.conf'), 'utf8');
  }

  async close(): Promise<void> {
    await this.instance.close();
  }
}
