import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../../conf/index.ts';
import { maskOf } from '../classes.ts';
import { readProxyConfig } from './proxy-config.ts';
import { generalOptions, upstreamOptions } from './proxy-options.ts';

const dir = mkdtempSync(join(tmpdir(), 'asterism-amiproxy-'));
afterAll(() => rmSync(dir, { recursive: true }));

function read(text: string) {
  writeFileSync(join(dir, 'amiproxy.conf'), text);
  return readProxyConfig(loadConfigIfPresent('amiproxy.conf', { etcDir: dir }));
}
const NEEDED = 'host=192.0.2.1\nusername=u\nsecret=s\n';
const root = new URL('../../../', import.meta.url);
const file = (name: string) => readFileSync(new URL(name, root), 'utf8');

describe('amiproxy.conf', () => {
  it('that is missing opens nothing', () => {
    expect(readProxyConfig(undefined)).toEqual({
      enabled: false,
      unknownClass: maskOf('system'),
      json: undefined,
      jsonTls: undefined,
      webSocket: false,
      webOrigins: [],
      upstreams: new Map(),
      problems: [],
    });
  });

  it('gives a server what it does not say', () => {
    const { upstreams, problems } = read(`[general]\nenabled=yes\n[East-1]\n${NEEDED}`);
    expect(problems).toEqual([]);
    expect(upstreams.get('east-1')).toEqual({
      name: 'East-1',
      host: '192.0.2.1',
      port: 5038,
      username: 'u',
      secret: 's',
      auth: 'md5',
      users: [],
      events: 'on',
      tls: undefined,
      reconnectMinMs: 1_000,
      reconnectMaxMs: 60_000,
      keepAliveMs: 30_000,
      answerTimeoutMs: 30_000,
      queueLimit: 1_000,
    });
  });

  it('reads all of it', () => {
    const { upstreams, json, jsonTls, webSocket, webOrigins, unknownClass } = read(`[general]
enabled=yes
unknownclass=call,user
jsonenabled=yes
jsonbindaddr=::1
jsonport=1
jsontlsenable=yes
jsontlsport=2
tlscertfile=c
websocket=yes
weborigins=https://A.example , *
[east]
${NEEDED}tls=yes
tlsverify=no
tlscafile=ca
users = Alice, bob
users = carol
reconnectmin=0
reconnectmax=0.05
`);
    expect(json).toEqual({ address: '::1', port: 1 });
    expect(jsonTls).toEqual({ address: '127.0.0.1', port: 2, certificate: 'c', privateKey: 'c', cipher: '' });
    expect([webSocket, webOrigins, unknownClass]).toEqual([
      true,
      ['https://a.example', '*'],
      maskOf('call', 'user'),
    ]);
    expect(upstreams.get('east')).toMatchObject({
      port: 5039,
      users: ['alice', 'bob', 'carol'],
      tls: { verify: false, caFile: 'ca', serverName: '', certFile: '', keyFile: '' },
      // Not in a loop, whatever is asked for.
      reconnectMinMs: 100,
      reconnectMaxMs: 100,
    });
  });

  it.each([
    ['an option that is none', 'usres=alice\n', "there is no option 'usres'"],
    ['a port that is none', 'port=70000\n', "'port' is no number from 0 to 65535"],
    ['a word that is neither', 'tls=perhaps\n', "'tls' is neither yes nor no"],
    ['a time that is none', 'keepalive=-1\n', "'keepalive' is no time in seconds"],
    ['another authentication', 'auth=rsa\n', "'auth' is neither md5 nor plain"],
    ['a queue without room', 'queuelimit=0\n', "'queuelimit' is no number from 1 to 1000000"],
    ['no host', 'host=\n', "'host' is missing"],
  ])('leaves a section with %s out, alone, and says where it is', (_what, line, why) => {
    const { upstreams, problems } = read(`[general]\nenabled=yes\n[east]\n${NEEDED}${line}[west]\n${NEEDED}`);
    expect([...upstreams.keys()]).toEqual(['west']);
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`amiproxy.conf:3: \\[east\\] is left out: ${why}$`)),
    ]);
  });

  it('takes no name that a header could not hold, no template, and nothing while it is off', () => {
    expect(read(`[general]\nenabled=yes\n[a b]\n${NEEDED}`).problems[0]).toContain('its name may have');
    expect(read(`[general]\nenabled=yes\n[base](!)\n${NEEDED}[east](base)\n`).upstreams.size).toBe(1);
    expect(read(`[general]\n[east]\n${NEEDED}`).upstreams.size).toBe(0);
    expect(read(`[general]\nenabled=yes\nwebsocket=maybe\n[east]\n${NEEDED}`)).toMatchObject({
      enabled: false,
      problems: [expect.stringContaining("'websocket' is neither yes nor no")],
    });
    expect(read('[general]\nunknownclass=nosuch\n')).toMatchObject({
      unknownClass: maskOf('system'),
      problems: [expect.stringContaining("'unknownclass' names no class")],
    });
  });

  it('has every option in its sample and in docs/ami.md', () => {
    const [sample, page] = [file('etc/amiproxy.conf'), file('docs/ami.md')];
    for (const { name, default: value, doc } of [...generalOptions, ...upstreamOptions]) {
      expect(sample, name).toMatch(new RegExp(`^; ?${name} =`, 'm'));
      expect(page.includes(`\n| \`${name}\` | ${value} | ${doc} |\n`), name).toBe(true);
      if (value !== '')
        expect(sample, `${name} = ${value}`).toMatch(
          new RegExp(`^; ?${name} = ${value.replace('.', '\\.')}\\b`, 'm'),
        );
    }
    expect(sample).not.toMatch(/^[^;\n]/m);
  });
});
