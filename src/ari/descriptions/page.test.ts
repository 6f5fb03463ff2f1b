import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { models } from '../models/index.ts';
import { resources } from '../operations/index.ts';
import { html } from './html.ts';
import { docsPage, PAGE_POLICY } from './page.ts';

const context = {
  baseUrl: 'http://127.0.0.1:8088/ari',
  version: '0.1.0',
  running: () => true,
  missing: new Set(['channels.redirect']),
};
const page = docsPage(context);

describe('the page of operations', () => {
  it('shows every operation and every model once, with links that lead somewhere', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, operations } of resources)
      for (const { id } of operations) expect(ids).toContain(`${name}.${id}`);
    for (const name of Object.keys(models)) expect(ids).toContain(`m-${name}`);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(targets.filter((each) => !ids.includes(each))).toEqual([]);
  });

  it('marks what is not built, and nothing else', () => {
    expect(page.match(/not built yet/g)).toHaveLength(1);
    const without = docsPage({ ...context, running: (module) => module !== 'res_ari_mailboxes' });
    expect(without).not.toContain('/mailboxes/');
  });

  it('marks what Asterisk does not have', () => {
    expect(page).toMatch(/EventsMissed <span class="mark">not in Asterisk/);
    expect(page).toMatch(/<code>resume<\/code> <span class="mark">not in Asterisk/);
    expect(page).not.toMatch(/StasisEnd <span class="mark">not in Asterisk/);
  });

  it('loads nothing, runs nothing, and its policy allows its own style alone', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|url\(|@import|\son\w+=|\sstyle=/i);
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(PAGE_POLICY).toContain(`style-src 'sha256-${hash}'`);
    expect(PAGE_POLICY).toContain("default-src 'none'");
  });

  it('escapes what it is given', () => {
    const hostile = docsPage({ ...context, baseUrl: 'http://<img src=x onerror="a()">' });
    expect(hostile).not.toContain('<img');
    expect(html`<a title="${`"'<&>`}">${['<b>', html`<i>${1}</i>`, undefined]}</a>`.text).toBe(
      '<a title="&quot;&#39;&lt;&amp;&gt;">&lt;b&gt;<i>1</i></a>',
    );
  });
});
