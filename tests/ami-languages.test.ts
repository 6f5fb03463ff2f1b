import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AmiServer, EXTENSIONS } from './support/ami-server.ts';
import { exec } from './support/instance.ts';
import { haveTool } from './support/tools.ts';

// Debian's own interpreters: others that are first in the path do not see Debian's modules.
const PYTHON = '/usr/bin/python3';
const RUBY = '/usr/bin/ruby';
const PERL = '/usr/bin/perl';
const havePanoramisk = haveTool('python3-panoramisk', PYTHON, '-c', 'import panoramisk');
const havePerl = haveTool('libtelephony-asterisk-ami-perl', PERL, '-MTelephony::Asterisk::AMI', '-e', '1');
const haveRuby = haveTool('ruby-ami', RUBY, '-e', 'require "ruby_ami"');

let server: AmiServer;
beforeAll(async () => {
  server = await AmiServer.start();
});
beforeEach(() => server.restore());
afterAll(() => server?.close());

/** What a program of another language was told, as the JSON that it prints. */
async function told(interpreter: string, script: string): Promise<unknown> {
  const file = fileURLToPath(new URL(`clients/${script}`, import.meta.url));
  const ran = await exec(interpreter, [file, String(server.port)], 20_000);
  expect(ran.code, `${ran.stderr}${ran.stdout}`).toBe(0);
  return JSON.parse(ran.stdout);
}

const config = expect.objectContaining({
  'Category-000000': 'default',
  'Line-000000-000000': 'exten=1,1,NoOp()',
});
const originate = ['Originate successfully queued', 'Success'];

it.runIf(havePanoramisk)(
  'panoramisk (Python) logs in both ways, asks, hears, calls, reads and edits a file',
  async () => {
    expect(await told(PYTHON, 'ami_panoramisk.py')).toEqual({
      plain: {
        login: true,
        ping: 'Pong',
        command: [expect.stringMatching(/^System uptime: /), expect.stringMatching(/^Last reload: /)],
        event: 'me',
        config,
        update: true,
        originate,
        channels: ['CoreShowChannel', 'CoreShowChannel', 'CoreShowChannelsComplete'],
        refused: expect.stringMatching(/not found/),
      },
      md5: 'Authentication accepted',
      wrong: 'Authentication failed',
    });
    expect(server.extensions()).toBe(`${EXTENSIONS}exten => 2,1,NoOp(python)\n`);
  },
);

it.runIf(havePerl)(
  'Telephony::Asterisk::AMI (Perl) logs in both ways, asks, hears, calls, reads and edits a file',
  async () => {
    expect(await told(PERL, 'ami_telephony.pl')).toEqual({
      login: 'yes',
      ping: 'Pong',
      event: ['me'],
      variables: 'Success',
      config,
      update: 'Success',
      command: [expect.stringMatching(/^System uptime: /), expect.stringMatching(/^Last reload: /)],
      originate,
      refused: expect.stringContaining('Invalid/unknown command'),
      logoff: 'yes',
      wrong: 'Login failed: Authentication failed',
      md5: 'Authentication accepted',
    });
    expect(server.extensions()).toBe(`${EXTENSIONS}exten => 3,1,NoOp(perl)\n`);
  },
);

it.runIf(haveRuby)('ruby-ami logs in both ways, asks, hears, calls, reads and edits a file', async () => {
  expect(await told(RUBY, 'ami_ruby.rb')).toEqual({
    version: expect.any(String),
    ping: 'Pong',
    event: 'me',
    config,
    update: 'RubyAMI::Response',
    originate,
    channels: ['CoreShowChannel', 'CoreShowChannel', 'CoreShowChannelsComplete'],
    refused: expect.stringContaining('Invalid/unknown command'),
    md5: 'Authentication accepted',
  });
  expect(server.extensions()).toBe(`${EXTENSIONS}exten => 4,1,NoOp(ruby)\n`);
});
