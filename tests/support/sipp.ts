import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exec, freePort, type Ran } from './instance.ts';

/** Whether sipp can be used. Under CI a missing tool is a failure, elsewhere the test is left out. */
export const haveSipp = spawnSync('sipp', ['-v']).error === undefined;
if (!haveSipp && process.env.CI === 'true') throw new Error('sipp is missing (Debian: sip-tester)');

export interface SippCall {
  readonly scenario: 'register' | 'call';
  readonly server: number;
  readonly user: string;
  readonly password: string;
  readonly service?: string;
  readonly expires?: number;
  /** Local SIP port; a free one unless told. */
  readonly port?: number;
}

/** Plays one scenario to its end; exit code 0 is success. */
export async function sipp(call: SippCall): Promise<Ran> {
  const scenario = fileURLToPath(new URL(`../sipp/${call.scenario}.xml`, import.meta.url));
  const port = call.port ?? (await freePort());
  const media = await freePort();
  return exec(
    'sipp',
    [
      `127.0.0.1:${call.server}`,
      ...['-sf', scenario, '-m', '1', '-i', '127.0.0.1', '-p', String(port)],
      ...[
        '-mi',
        '127.0.0.1',
        '-mp',
        String(media - (media % 2)),
        '-nostdin',
        '-timeout',
        '20',
        '-timeout_error',
      ],
      ...['-au', call.user, '-ap', call.password, '-s', call.service ?? call.user],
      ...['-key', 'user', call.user, '-key', 'expires', String(call.expires ?? 60)],
    ],
    30_000,
  );
}
