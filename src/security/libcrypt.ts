import { spawn } from 'node:child_process';

/**
 * The platform's crypt(3). Node has no way to it; Perl does, which every Debian has, and its `crypt` is libcrypt's.
 * The password goes through a pipe: arguments can be seen by everybody on the machine.
 */
const SCRIPT =
  'binmode STDIN; binmode STDOUT; local $/; my ($p, $h) = split /\\0/, <STDIN>, 2; my $c = crypt($p, $h); print defined $c ? $c : "";';

/** A computation takes milliseconds, for some hashes by design a second or two. */
const TIMEOUT_MS = 10_000;
/** Longest output that is read. */
const MAX_OUTPUT = 1_024;

/** What `crypt(password, setting)` gives; undefined when libcrypt cannot be asked or does not know this kind. */
export function libcrypt(password: string, setting: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Neither of them can stand in a password that crypt(3) sees whole.
    if (password.includes('\0') || setting.includes('\0')) return resolve(undefined);
    const child = spawn('perl', ['-e', SCRIPT], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: TIMEOUT_MS,
      // Nothing of the environment that could change what Perl does.
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
      cwd: '/',
    });
    let output = '';
    child.once('error', () => resolve(undefined));
    child.stdin.on('error', () => {});
    child.stdout.on('data', (chunk: Buffer) => {
      if (output.length < MAX_OUTPUT) output += chunk.toString('latin1');
    });
    child.once('close', (code) => {
      // libcrypt tells failure by a text that begins with `*`, which is no hash.
      resolve(code === 0 && output !== '' && !output.startsWith('*') ? output : undefined);
    });
    child.stdin.end(`${password}\0${setting}`);
  });
}

/** A known answer of each kind that libcrypt may or may not know. */
const PROBES: Readonly<Record<string, readonly [password: string, hash: string]>> = {
  MD5: ['secret', '$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1'],
  bcrypt: ['secret', '$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a'],
  yescrypt: ['secret', '$y$j9T$abcdefgh$IUWJt2doU4Kf6E/JP1UkAT3S5O3Q7SSA8SJirXIlEu9'],
};

/** Whether libcrypt can be had here for a kind of hash. */
export async function libcryptKnows(kind: string): Promise<boolean> {
  const probe = PROBES[kind];
  return probe !== undefined && (await libcrypt(probe[0], probe[1])) === probe[1];
}
