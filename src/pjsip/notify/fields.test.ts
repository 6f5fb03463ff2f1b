import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../../conf/index.ts';
import { notifyContent, readNotifyTypes } from './fields.ts';

describe('what a NOTIFY says', () => {
  it('is a body of all the lines, an empty one at the end for its line break', () => {
    const { body, contentType, headers } = notifyContent([
      ['Event', 'message-summary'],
      ['Content-type', 'application/simple-message-summary'],
      ['Content', 'Messages-Waiting: no'],
      ['content', 'Voice-Message: 0/0 (0/0)'],
      ['Content', ''],
    ]);
    expect(body).toBe('Messages-Waiting: no\r\nVoice-Message: 0/0 (0/0)\r\n');
    expect(contentType).toBe('application/simple-message-summary');
    expect(headers).toEqual([['Event', 'message-summary']]);
  });

  it('has no body without a type', () => {
    expect(notifyContent([['Content', 'lost']]).body).toBeUndefined();
  });

  it('leaves to the sender what is the sender’s', () => {
    const names = [
      'Call-ID',
      'TO',
      'from',
      'Via',
      'Route',
      'Contact',
      'Content-Length',
      'CSeq',
      'Request-URI',
    ];
    expect(notifyContent(names.map((name) => [name, 'x'] as const)).headers).toEqual([]);
  });

  it('cannot break out of its header', () => {
    const { headers } = notifyContent([
      ['X-A', 'b\r\nVia: evil'],
      ['X-B: c\r\nVia', 'evil'],
      ['', 'x'],
      ['X-C', 'fine'],
    ]);
    expect(headers).toEqual([['X-C', 'fine']]);
  });
});

describe('pjsip_notify.conf', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'asterism-notify-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('has a kind in each section that is no template', () => {
    writeFileSync(
      join(dir, 'pjsip_notify.conf'),
      '[base](!)\nX-From=base\n[reboot](base)\nEvent=>check-sync\n[clear]\nEvent=>message-summary\nContent=>\n',
    );
    const types = readNotifyTypes(loadConfigIfPresent('pjsip_notify.conf', { etcDir: dir }));
    expect([...types]).toEqual([
      [
        'reboot',
        [
          ['X-From', 'base'],
          ['Event', 'check-sync'],
        ],
      ],
      [
        'clear',
        [
          ['Event', 'message-summary'],
          ['Content', ''],
        ],
      ],
    ]);
    expect(readNotifyTypes(undefined).size).toBe(0);
  });
});
