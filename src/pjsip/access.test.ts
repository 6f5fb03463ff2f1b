import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Acl, SecurityEvents } from '../security/index.ts';
import { SorceryObject } from '../sorcery/index.ts';
import { Access } from './access.ts';
import { Authentication } from './authentication.ts';
import { GlobalSettings } from './settings.ts';
import { flow, PjsipBench, remote } from './test-bench.ts';

let bench: PjsipBench;
let access: Access;
let lists: Map<string, Acl>;
let running: boolean;

function list(name: string, ...lines: string[]): void {
  const acl = new Acl();
  for (const line of lines) acl.add(!line.startsWith('-'), line.replace('-', ''));
  lists.set(name, acl);
}

beforeEach(() => {
  bench = new PjsipBench();
  lists = new Map();
  running = true;
  access = new Access({
    sorcery: bench.sorcery,
    named: (name) => lists.get(name),
    running: () => running,
    clock: bench.clock,
    log: bench.log,
  });
});

afterEach(async () => {
  access.close();
  await bench.close();
});

/** Whether an OPTIONS may come in from here, with this Contact. */
const admits = (address: string, contact?: string) =>
  access.admits(bench.request('OPTIONS', 'sip:x', contact === undefined ? [] : [`Contact: ${contact}`]), {
    address,
    port: 5060,
  });

describe('acl objects', () => {
  it('hold for the very next packet when they are pushed, changed and deleted', async () => {
    expect(admits('192.0.2.7')).toBe(true);
    const object = await bench.put('acl', 'a', { deny: '192.0.2.0/24' });
    expect([admits('192.0.2.7'), admits('198.51.100.1')]).toEqual([false, true]);
    await bench.put('acl', 'a', { deny: '198.51.100.0/24' });
    expect([admits('192.0.2.7'), admits('198.51.100.1')]).toEqual([true, false]);
    await bench.sorcery.delete(object);
    expect(admits('198.51.100.1')).toBe(true);
  });

  it('go by the order of their lines: the last that matches decides', async () => {
    const first = bench.object('acl', 'a').draft();
    for (const [name, value] of [
      ['permit', '0.0.0.0/0'],
      ['deny', '10.0.0.0/8,!10.1.0.0/16'],
      ['permit', '10.2.0.0/255.255.0.0,!10.2.3.0/24'],
    ] as const)
      expect(first.apply(name, value)).toBeUndefined();
    expect(first.get('deny').split('\n')).toEqual([
      '!0.0.0.0/0.0.0.0',
      '10.0.0.0/255.0.0.0',
      '!10.1.0.0/255.255.0.0',
      '!10.2.0.0/255.255.0.0',
      '10.2.3.0/255.255.255.0',
    ]);
    await bench.put('acl', 'a', { permit: '0.0.0.0/0', deny: '10.0.0.0/8,!10.1.0.0/16' });
    expect(['9.9.9.9', '10.9.9.9', '10.1.1.1'].map((each) => admits(each))).toEqual([true, false, true]);
  });

  it('may name lists of acl.conf, which all must be passed as they are now, and exist', async () => {
    list('one', '-192.0.2.0/24');
    await bench.put('acl', 'a', { acl: 'one,two', deny: '203.0.113.0/24' });
    expect(admits('198.51.100.1')).toBe(false);
    expect(bench.log.lines.at(-1)).toContain(
      "Incoming SIP message from 198.51.100.1:5060 did not pass ACL test: acl 'a': 198.51.100.1 is refused because there is no list 'two'",
    );
    list('two', '-198.51.100.1');
    expect(['192.0.2.7', '198.51.100.1', '198.51.100.2', '203.0.113.1'].map((each) => admits(each))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('look at every address in Contact; a name is none, but for those that can be no address', async () => {
    list('far', '-172.16.0.0/12');
    await bench.put('acl', 'a', { contact_deny: '10.0.0.0/8,2001:db8::/32', contact_acl: 'far' });
    const contacts = (value: string) => admits('192.0.2.7', value);
    expect(admits('10.0.0.1')).toBe(true);
    expect(contacts('<sip:a@192.0.2.7>')).toBe(true);
    expect(contacts('<sip:a@192.0.2.7>, <sip:a@10.0.0.1>')).toBe(false);
    expect(contacts('<sip:a@[2001:db8::1]:5061>')).toBe(false);
    expect(contacts('<sip:a@172.16.0.1>')).toBe(false);
    expect([contacts('<sip:a@phone.example.com>'), contacts('<sip:a@x7.invalid;transport=ws>')]).toEqual([
      false,
      true,
    ]);
    expect([contacts('*'), contacts('<tel:+1>'), contacts('<<')]).toEqual([true, true, true]);
  });

  it('do nothing without their module', async () => {
    await bench.put('acl', 'a', { deny: '0.0.0.0/0' });
    expect(admits('192.0.2.7')).toBe(false);
    running = false;
    expect(admits('192.0.2.7')).toBe(true);
  });
});

describe('the lists of an endpoint', () => {
  const bars = (endpoint: Parameters<Access['bars']>[0], contact = '<sip:a@192.0.2.7>') =>
    access.bars(endpoint, bench.request('REGISTER', 'sip:x', [`Contact: ${contact}`]), remote);

  it('hold for its requests, whether they stand in the object or in acl.conf', async () => {
    list('other', '-0.0.0.0/0', '198.51.100.0/24');
    expect(bars(await bench.put('endpoint', 'free'))).toBeUndefined();
    expect(bars(await bench.put('endpoint', 'own', { deny: '192.0.2.7' }))).toBe('acl');
    expect(bars(await bench.put('endpoint', 'named', { acl: 'other' }))).toBe('acl');
    const contacts = await bench.put('endpoint', 'contacts', { contact_deny: '10.0.0.0/8' });
    expect([bars(contacts), bars(contacts, '<sip:a@10.1.1.1>')]).toEqual([undefined, 'contact_acl']);
  });

  it('hold for rows of a database too, which name no list', () => {
    const row = (permit: string) => {
      const draft = bench.object('endpoint', 'row').draft();
      draft.apply('deny', '0.0.0.0/0');
      draft.apply('permit', permit);
      return new SorceryObject(draft.type, 'row', draft.values);
    };
    expect(row('192.0.2.0/24').get('acl')).toBe('');
    expect([bars(row('192.0.2.0/24')), bars(row('198.51.100.0/24'))]).toEqual([undefined, 'acl']);
  });

  it('show the first name, or that there are lines, and are stored whole', () => {
    const shown = (values: Record<string, string>) =>
      Object.fromEntries(bench.object('endpoint', 'x', values).shown()).acl;
    expect(shown({ acl: 'a,b' })).toBe('a');
    expect(shown({ acl: 'a', permit: '10.0.0.0/8' })).toBe('deny/permit');
    const object = bench.object('endpoint', 'x', { acl: 'a', deny: '10.0.0.0/8', permit: '10.1.0.0/16' });
    expect(JSON.parse(object.row(false))).toMatchObject({
      acl: 'deny/permit,a',
      deny: '10.0.0.0/255.0.0.0\n!10.1.0.0/255.255.0.0',
    });
    expect(JSON.parse(object.reply())).toContainEqual({ attribute: 'acl', value: 'deny/permit' });
  });

  it('answer as if there were no such endpoint, and log watchers are told which list it was', async () => {
    const security = new SecurityEvents(bench.log, bench.clock);
    const raised: (readonly [string, string, unknown])[] = [];
    security.events.on('raised', ({ kind, account, details }) => raised.push([kind, account, details[0]]));
    const settings = new GlobalSettings(bench.sorcery);
    const { sorcery, clock, log } = bench;
    const authentication = new Authentication({ sorcery, settings, clock, log, security });
    const endpoint = await bench.put('endpoint', 'alice', { contact_deny: '10.0.0.0/8' });
    const request = bench.request('REGISTER', 'sip:example.com');
    expect(authentication.bar(request, flow, endpoint, 'contact_acl')).toMatchObject({
      kind: 'challenge',
      headers: [['WWW-Authenticate', expect.stringContaining('realm="asterisk"')]],
    });
    const told = () => bench.log.lines.filter((each) => each.startsWith('NOTICE'));
    expect(told().at(-1)).toMatch(
      /Request 'REGISTER' from '<sip:alice@example.com>' failed for '192.0.2.7:5062' \(callid: call-1\) - Not match Endpoint Contact ACL$/,
    );
    expect(raised).toEqual([
      ['FailedACL', 'alice', ['ACLName', 'not_match_endpoint_contact_acl']],
      ['ChallengeSent', '<unknown>', ['Challenge', '']],
    ]);
    const again = bench.request('REGISTER', 'sip:example.com', [
      'Authorization: Digest username="alice", realm="asterisk", nonce="n", uri="sip:example.com", response="r"',
    ]);
    authentication.bar(again, flow, endpoint, 'acl');
    expect(
      told()
        .slice(-2)
        .map((each) => each.split(' - ').at(-1)),
    ).toEqual(['Not match Endpoint ACL', 'Failed to authenticate']);
    expect(raised.slice(2)).toEqual([
      ['FailedACL', 'alice', ['ACLName', 'not_match_endpoint_acl']],
      ['ChallengeResponseFailed', '<unknown>', ['Challenge', 'n']],
    ]);
    settings.close();
  });
});
