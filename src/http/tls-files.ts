import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Logger } from '../log/index.ts';
import type { Clock, Timer } from '../platform/index.ts';
import type { TlsConfig } from './http-config.ts';

/** How often the files are looked at. Asking the directory for news instead would miss links that are turned. */
export const CERTIFICATE_CHECK_MS = 5_000;

/**
 * Reads certificate and key, and proves that they belong together.
 * @throws {Error} naming the file that cannot be used
 */
export async function readTlsFiles(config: TlsConfig): Promise<SecureContextOptions> {
  const [cert, key] = await Promise.all([readFile(config.certFile), readFile(config.keyFile)]);
  const options: SecureContextOptions = {
    cert,
    key,
    minVersion: config.minVersion,
    maxVersion: config.maxVersion,
    honorCipherOrder: config.serverCipherOrder,
    ...(config.ciphers === undefined ? {} : { ciphers: config.ciphers }),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new Error(`${config.certFile}, ${config.keyFile}: ${(error as Error).message}`);
  }
  return options;
}

export interface TlsFilesOptions {
  readonly config: TlsConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called with every usable change. */
  readonly changed: (options: SecureContextOptions) => void;
}

/** Looks at the files of a certificate and tells when there is a new one; half-written files wait for the next look. */
export class TlsFiles {
  readonly #options: TlsFilesOptions;
  #seen = '';
  #failed = '';
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: TlsFilesOptions) {
    this.#options = options;
  }

  /** The first reading. @throws {Error} naming what is wrong */
  async open(): Promise<SecureContextOptions> {
    this.#seen = await this.#fingerprint();
    const options = await readTlsFiles(this.#options.config);
    this.#arm();
    return options;
  }

  /** Looks now. */
  async check(): Promise<void> {
    const { config, log, changed } = this.#options;
    try {
      const now = await this.#fingerprint();
      if (now === this.#seen || now === this.#failed || this.#closed) return;
      // Remembered before reading: what is written meanwhile is found by the next look.
      this.#failed = now;
      const options = await readTlsFiles(config);
      if (this.#closed) return;
      this.#seen = now;
      this.#failed = '';
      changed(options);
      log.notice(`The certificate of ${config.certFile} was read again`);
    } catch (error) {
      log.error(`The certificate stays as it was: ${(error as Error).message}`);
    }
  }

  #arm(): void {
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(CERTIFICATE_CHECK_MS, () => {
      void this.check().finally(() => this.#arm());
    });
  }

  async #fingerprint(): Promise<string> {
    const { certFile, keyFile } = this.#options.config;
    const stats = await Promise.all([stat(certFile), stat(keyFile)]);
    return stats.map(({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`).join(' ');
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }
}
