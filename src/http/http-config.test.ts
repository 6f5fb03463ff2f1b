import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../conf/index.ts';
import { bindText, parseBind, readHttpConfig } from './http-config.ts';

function read(text: string) {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-http-'));
  try {
    writeFileSync(join(dir, 'http.conf'), text);
    return readHttpConfig(loadConfigIfPresent('http.conf', { etcDir: dir }));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

describe('http.conf', () => {
  it('that is missing leaves the server off, with the limits of the original', () => {
    expect(readHttpConfig(undefined)).toEqual({
      bind: undefined,
      tls: undefined,
      prefix: '',
      serverName: undefined,
      sessionLimit: 100,
      inactivityMs: 30_000,
      keepAliveMs: 15_000,
      enableStatic: false,
      enableStatus: false,
      accessLog: false,
      redirects: [],
      restrictions: [],
      problems: [],
    });
  });

  it('is read whole', () => {
    const config = read(`[general]
enabled=yes
bindaddr=::1
bindport=9000
prefix=/pbx/
servername=
sessionlimit=7
session_inactivity=1000
session_keep_alive=0
enable_static=yes
enable_status=true
redirect=/ /static/index.html
redirect = /a   /b
tlsenable=yes
tlsbindaddr=[::1]:9001
tlscertfile=/cert.pem
tlscipher=ECDHE-ECDSA-AES128-GCM-SHA256
tlsservercipherorder=no
[/ari/asterisk]
type=restriction
deny=0.0.0.0/0
permit=10.0.0.0/8
[other]
deny=0.0.0.0/0
`);
    expect(config).toMatchObject({
      bind: { address: '::1', port: 9000 },
      tls: {
        ...{ address: '::1', port: 9001, certFile: '/cert.pem', keyFile: '/cert.pem' },
        ...{ ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', serverCipherOrder: false },
        ...{ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
      },
      ...{ prefix: '/pbx', serverName: '', sessionLimit: 7, inactivityMs: 1000, keepAliveMs: 0 },
      ...{ enableStatic: true, enableStatus: true, problems: [] },
      redirects: [
        { from: '/', to: '/static/index.html' },
        { from: '/a', to: '/b' },
      ],
    });
    expect(
      config.restrictions.map(({ path, acl }) => [path, acl.permits('10.1.1.1'), acl.permits('127.0.0.1')]),
    ).toEqual([['/ari/asterisk', true, false]]);
  });

  it.each([
    ['', 'TLSv1.2', 'TLSv1.3'],
    ['tlsdisablev12=yes', 'TLSv1.3', 'TLSv1.3'],
    ['tlsdisablev11=no', 'TLSv1.1', 'TLSv1.3'],
    ['tlsdisablev1=no\ntlsdisablev13=yes', 'TLSv1', 'TLSv1.2'],
  ])('with "%s" allows TLS from %s to %s', (lines, least, most) => {
    const { tls } = read(`[general]\nbindaddr=127.0.0.1\ntlsenable=yes\ntlscertfile=/c\n${lines}\n`);
    expect(tls).toMatchObject({ address: '127.0.0.1', port: 8089, minVersion: least, maxVersion: most });
  });

  it.each([
    ['enabled=yes', /bindaddr is missing/],
    ['enabled=yes\nbindaddr=[nonsense]', /is no address/],
    ['enabled=yes\nbindaddr=127.0.0.1\nbindport=70000', /is no address/],
    ['tlsenable=yes\nbindaddr=127.0.0.1', /tlscertfile is missing/],
    [
      'tlsenable=yes\ntlscertfile=/c\nbindaddr=127.0.0.1\ntlsdisablev12=yes\ntlsdisablev13=yes',
      /every version/,
    ],
    ['sessionlimit=0', /sessionlimit=0/],
    ['session_inactivity=soon', /session_inactivity=soon/],
    ['redirect=/alone', /redirect=\/alone/],
    ['[post_mappings]\nuploads=/tmp', /post_mappings/],
  ])('names what is wrong with %s', (lines, problem) => {
    expect(read(`[general]\n${lines}\n`).problems.join('\n')).toMatch(problem);
  });

  it('lets nobody in where a restriction cannot be read', () => {
    const { restrictions, problems } = read('[/ari]\ntype=restriction\npermit=nonsense\n');
    expect(problems).toHaveLength(1);
    expect(restrictions.map(({ acl }) => [acl.permits('127.0.0.1'), acl.permits('::1')])).toEqual([
      [false, false],
    ]);
  });
});

describe('an address to listen on', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:8088'],
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['::', '[::]:8088'],
    ['[::1]:80', '[::1]:80'],
    ['localhost:81', 'localhost:81'],
  ])('%s', (text, shown) => {
    const bind = parseBind(text, 8088);
    expect(bind === undefined ? undefined : bindText(bind)).toBe(shown);
  });

  it.each(['', '[::1', '[nonsense]:80', 'a b', '127.0.0.1:99999', 'a:b:c:80'])('is not %s', (text) => {
    expect(parseBind(text, 8088)).toBeUndefined();
  });
});
