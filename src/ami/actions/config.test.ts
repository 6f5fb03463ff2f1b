import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type AmiSetup, MANAGER_CONF, Opened, type Told, told } from '../../../tests/support/ami.ts';
import { OTHER, SEED } from '../../../tests/support/edited-conf.ts';

const opened = new Opened();
const outside: string[] = [];
afterEach(async () => {
  await opened.close();
  for (const each of outside.splice(0)) rmSync(each, { recursive: true, force: true });
});

async function open(setup: AmiSetup = {}) {
  const files = { 'edit.conf': SEED, 'other.conf': OTHER, ...setup.files };
  const bench = await opened.bench({ ...setup, files });
  const client = await bench.login('admin', 's3cret', 'Events: off');
  const read = (name = 'edit.conf') => readFileSync(join(bench.dir, name), 'utf8');
  const update = (...lines: string[]) =>
    client.ask('Action: UpdateConfig', 'SrcFilename: edit.conf', 'DstFilename: edit.conf', ...lines);
  return { bench, client, read, update };
}

const SUCCESS = [['Response', 'Success']];
const error = (text: string) => [
  ['Response', 'Error'],
  ['Message', text],
];
const ESCALATED = error('File requires escalated privileges');
const NOT_FOUND = error('Config file not found');
const tail = (packet: Told) => packet.slice(1);

describe('GetConfig', () => {
  it('shows the categories that there are, templates only when they are asked for', async () => {
    const { client } = await open();
    const ask = async (...lines: string[]) =>
      tail(await client.ask('Action: GetConfig', 'Filename: edit.conf', ...lines));
    expect(await ask('Category: general')).toEqual([
      ['Category-000000', 'general'],
      ['Line-000000-000000', 'foo=bar'],
      ['Line-000000-000001', 'foo=second'],
      ['Line-000000-000002', 'baz=obj'],
      ['Line-000000-000003', 'empty='],
      ['Line-000000-000004', 'esc=a;b'],
    ]);
    expect(await ask('Category: INST')).toEqual([
      ['Category-000000', 'inst'],
      ['Templates-000000', 'tmpl'],
      ['Line-000000-000000', 'x=1'],
      ['Line-000000-000001', 'y=2'],
      ['Line-000000-000002', 'z=3'],
    ]);
    const names = async (...lines: string[]) =>
      (await ask(...lines)).filter(([name]) => name.startsWith('Category')).map(([, value]) => value);
    expect(await names()).toEqual(['inc', 'general', 'users', 'inst', 'dup', 'dup']);
    expect(await names('Filter: TEMPLATES=restrict')).toEqual(['tmpl']);
    expect(await names('Filter: TEMPLATES=include,x=1')).toEqual(['tmpl', 'inst']);
    expect(await names('Filter: a=2')).toEqual(['dup']);
    expect(await names('Filter: ^600[0-9]$=^b')).toEqual(['users']);
    expect(await names('Filter: junk')).toEqual([]);
    expect(await names('Filter: ((=x')).toEqual([]);
    expect(await ask('Category: tmpl')).toEqual([['', 'No categories found']]);
  });

  it('has a JSON form, where names may come twice', async () => {
    const { client } = await open();
    const json = async (...lines: string[]) =>
      told(await client.ask('Action: GetConfigJSON', 'Filename: edit.conf', ...lines), 'JSON');
    expect(await json('Category: dup')).toBe('{"dup":{"a":"1"},"dup":{"a":"2"}}');
    expect(await json('Category: inst')).toBe('{"inst":{"templates":"tmpl","x":"1","y":"2","z":"3"}}');
    expect(await json('Filter: TEMPLATES=restrict')).toBe('{"tmpl":{"istemplate":1,"x":"1"}}');
  });

  it('says what is wrong with a file', async () => {
    const { client } = await open({ files: { 'bad.conf': 'noCategory=1\n', 'empty.conf': '' } });
    const ask = (action: string, ...lines: string[]) => client.ask(`Action: ${action}`, ...lines);
    for (const action of ['GetConfig', 'GetConfigJSON', 'ListCategories', 'CreateConfig'])
      expect(await ask(action)).toEqual(error('Filename not specified'));
    expect(await ask('GetConfig', 'Filename: bad.conf')).toEqual(error('Config file has invalid format'));
    expect(await ask('GetConfig', 'Filename: none.conf')).toEqual(NOT_FOUND);
    expect(await ask('GetConfigJSON', 'Filename: none.conf')).toEqual(ESCALATED);
    expect(await ask('GetConfig', 'Filename: empty.conf')).toEqual(SUCCESS);
    expect(tail(await ask('ListCategories', 'Filename: empty.conf'))).toEqual([
      ['Error', 'no categories found'],
    ]);
    expect(tail(await ask('ListCategories', 'Filename: other.conf'))).toEqual([['Category-000000', 'inc']]);
  });
});

describe('the examples of the book', () => {
  it('work as they are printed, over the users.conf that comes along', async () => {
    const sample = readFileSync(fileURLToPath(new URL('../../../etc/users.conf', import.meta.url)), 'utf8');
    const { client, read } = await open({ files: { 'users.conf': sample } });
    const shown = await client.ask('Action: GetConfig', 'Filename: users.conf', 'ActionID: 9873497149817');
    expect(shown.slice(0, 20)).toEqual([
      ['Response', 'Success'],
      ['ActionID', '9873497149817'],
      ['Category-000000', 'general'],
      ['Line-000000-000000', 'fullname=New User'],
      ['Line-000000-000001', 'userbase=6000'],
      ['Line-000000-000002', 'hasvoicemail=yes'],
      ['Line-000000-000003', 'hassip=yes'],
      ['Line-000000-000004', 'hasiax=yes'],
      ['Line-000000-000005', 'hasmanager=no'],
      ['Line-000000-000006', 'callwaiting=yes'],
      ['Line-000000-000007', 'threewaycalling=yes'],
      ['Line-000000-000008', 'callwaitingcallerid=yes'],
      ['Line-000000-000009', 'transfer=yes'],
      ['Line-000000-000010', 'canpark=yes'],
      ['Line-000000-000011', 'cancallforward=yes'],
      ['Line-000000-000012', 'callreturn=yes'],
      ['Line-000000-000013', 'callgroup=1'],
      ['Line-000000-000014', 'pickupgroup=1'],
      ['Line-000000-000015', 'host=dynamic'],
      ['Category-000001', '6003'],
    ]);
    const answer = await client.ask(
      'Action: UpdateConfig',
      'Filename: users.conf',
      'Reload: yes',
      'SrcFilename: users.conf',
      'DstFilename: users.conf',
      'Action-00000: delcat',
      'Cat-00000: 6003',
      'ActionID: 5298795987243',
    );
    expect(answer).toEqual([
      ['Response', 'Success'],
      ['ActionID', '5298795987243'],
    ]);
    expect(read('users.conf')).toBe(sample.slice(0, sample.indexOf('[6003]')));
  });
});

describe('UpdateConfig', () => {
  it('makes edits in order of their numbers, whatever their width and gaps', async () => {
    const { update, read } = await open();
    const answer = await update(
      'Action-010: Append',
      'Cat-010: n',
      'Var-010: k',
      'Value-010: >v',
      'Action-2: NewCat',
      'Cat-2: n',
      'Options-2: template,inherit="tmpl,dup",allowdups',
      'Action-0000011: update',
      'Cat-0000011: dup',
      'Var-0000011: a',
      'Value-0000011: 3',
      'Options-0000011: catfilter="a=2"',
      'Action-12: RenameCat',
      'Cat-12: users',
      'Value-12: people',
    );
    // [n] became a template, which is no category that anything is appended to.
    expect(answer).toEqual(error('Given category does not exist'));
    expect(read()).toBe(SEED);
    expect(
      await update(
        'Action-1: NewCat',
        'Cat-1: n',
        'Action-03: Append',
        'Cat-03: n',
        'Var-03: k',
        'Value-03: >v',
        'Action-0000011: update',
        'Cat-0000011: dup',
        'Var-0000011: a',
        'Value-0000011: 3',
        'Options-0000011: catfilter="a=2"',
      ),
    ).toEqual(SUCCESS);
    expect(read()).toBe(`${SEED.replace('a=2', 'a=3')}[n]\nk => v\n`);
  });

  it.each([
    ['no category', ['Action-0: NewCat'], 'Category not specified'],
    [
      'no new name',
      ['Action-0: RenameCat', 'Cat-0: users'],
      'Problem with category, value, or line (if required)',
    ],
    [
      'no variable',
      ['Action-0: Append', 'Cat-0: users'],
      'Problem with category, value, or line (if required)',
    ],
    [
      'no line',
      ['Action-0: Insert', 'Cat-0: users', 'Var-0: a'],
      'Problem with category, value, or line (if required)',
    ],
    [
      'a line that is no number',
      ['Action-0: Insert', 'Cat-0: users', 'Var-0: a', 'Line-0: abc'],
      'Problem with category, value, or line (if required)',
    ],
    [
      'nothing to delete',
      ['Action-0: Delete', 'Cat-0: users'],
      'Problem with category, value, or line (if required)',
    ],
    ['an unknown action', ['Action-0: Bogus', 'Cat-0: users'], 'Unknown action command'],
    [
      'one number twice',
      ['Action-0: DelCat', 'Action-00: DelCat', 'Cat-0: users'],
      'Action-00 is there twice',
    ],
    [
      'a category that is there',
      ['Action-0: NewCat', 'Cat-0: users'],
      'Create category did not complete successfully',
    ],
    [
      'a template that is not there',
      ['Action-0: NewCat', 'Cat-0: n', 'Options-0: inherit="no"'],
      'Template category not found',
    ],
    ['a category that is not there', ['Action-0: EmptyCat', 'Cat-0: no'], 'Given category does not exist'],
    [
      'a variable that is not there',
      ['Action-0: Update', 'Cat-0: users', 'Var-0: no'],
      'Update did not complete successfully',
    ],
  ])('refuses the whole with %s', async (_, lines, text) => {
    const { update, read } = await open();
    const before = ['Action-000: Update', 'Cat-000: users', 'Var-000: 6001', 'Value-000: one'];
    const later = lines.map((each) => each.replace('-00:', '-01:').replace('-0:', '-1:'));
    expect(await update(...before, ...later)).toEqual(error(text.replace('Action-00 ', 'Action-01 ')));
    expect(read()).toBe(SEED);
  });

  it('says why when a template that others need would go', async () => {
    const { update, read } = await open();
    const answer = await update(
      'Action-0: DelCat',
      'Cat-0: tmpl',
      'Options-0: catfilter="TEMPLATES=include"',
    );
    expect(told(answer, 'Message')).toBe('Save of config failed');
    expect(told(answer, 'Detail')).toContain("inherits from 'tmpl'");
    expect(read()).toBe(SEED);
  });

  it('keeps what sections had from a template, or lets them follow it', async () => {
    const lines = [
      'Action-0: Update',
      'Cat-0: tmpl',
      'Var-0: x',
      'Value-0: 2',
      'Options-0: catfilter="TEMPLATES=include"',
    ];
    const { update, read, bench } = await open();
    expect(await update(...lines)).toEqual(SUCCESS);
    expect(read()).toBe(SEED.replace('x=1', 'x=2').replace('[inst](tmpl)\n', '[inst](tmpl)\nx = 1\n'));
    bench.write('edit.conf', SEED);
    expect(await update('PreserveEffectiveContext: no', ...lines)).toEqual(SUCCESS);
    expect(read()).toBe(SEED.replace('x=1', 'x=2'));
  });

  it('writes another file, keeps its mode, follows a link inside the folder, and leaves nothing beside it', async () => {
    const { bench, client, read } = await open({ files: { 'copy.conf': 'old\n' } });
    mkdirSync(join(bench.dir, 'real'));
    writeFileSync(join(bench.dir, 'real', 'target.conf'), '');
    chmodSync(join(bench.dir, 'real', 'target.conf'), 0o604);
    symlinkSync('real/target.conf', join(bench.dir, 'link.conf'));
    for (const name of ['copy.conf', 'link.conf']) {
      const lines = [`DstFilename: ${name}`, 'Action-0: DelCat', 'Cat-0: users'];
      expect(await client.ask('Action: UpdateConfig', 'SrcFilename: edit.conf', ...lines)).toEqual(SUCCESS);
      expect(read(name)).toBe(SEED.replace('[users]\n', '').replace('6001=alice\n6002 = bob\n', ''));
    }
    expect(read()).toBe(SEED);
    expect(statSync(join(bench.dir, 'link.conf')).mode & 0o777).toBe(0o604);
    expect(
      readdirSync(bench.dir, { recursive: true }).filter((each) => String(each).includes('.new')),
    ).toEqual([]);
  });

  it('does not touch a file that nothing is done to', async () => {
    const { bench, update } = await open();
    const before = statSync(join(bench.dir, 'edit.conf'));
    expect(await update()).toEqual(SUCCESS);
    const same = ['Action-0: Update', 'Cat-0: users', 'Var-0: 6001', 'Value-0: alice'];
    expect(await update(...same)).toEqual(SUCCESS);
    expect(statSync(join(bench.dir, 'edit.conf')).ino).toBe(before.ino);
  });

  it('makes what comes at the same time one after the other', async () => {
    const { bench, read } = await open();
    const clients = await Promise.all(Array.from({ length: 8 }, () => bench.login()));
    await Promise.all(
      clients.map(async (client, at) => {
        for (let round = 0; round < 5; round++) {
          const edit = ['Action-0: Append', 'Cat-0: users', `Var-0: v${at}`, `Value-0: ${round}`];
          const files = ['SrcFilename: edit.conf', 'DstFilename: edit.conf'];
          expect(told(await client.ask('Action: UpdateConfig', ...files, ...edit), 'Response')).toBe(
            'Success',
          );
        }
      }),
    );
    for (let at = 0; at < clients.length; at++)
      expect(read().match(new RegExp(`^v${at} = \\d$`, 'gm'))).toEqual(
        [0, 1, 2, 3, 4].map((round) => `v${at} = ${round}`),
      );
  });

  it('reloads all, one module, or nothing, before it answers', async () => {
    const reloaded: string[] = [];
    const { bench, update } = await open({ ports: { reloadAll: async () => void reloaded.push('all') } });
    bench.ports.modules.events.on('reloaded', (name) => reloaded.push(name));
    for (const what of ['yes', 'no', 'pbx_config', 'nosuchmodule'])
      expect(await update(`Reload: ${what}`)).toEqual(SUCCESS);
    expect(reloaded).toEqual(['all', 'pbx_config', 'nosuchmodule']);
  });
});

describe('a name of a file', () => {
  /** Files beside the configuration folder, one of them in a folder whose name begins with its. */
  async function withNeighbours(setup: AmiSetup = {}) {
    const { bench, client } = await open(setup);
    const sibling = `${bench.dir}-sibling`;
    outside.push(sibling);
    mkdirSync(sibling);
    writeFileSync(join(sibling, 'secret.conf'), '[secret]\nx=1\n');
    symlinkSync(join(sibling, 'secret.conf'), join(bench.dir, 'out.conf'));
    symlinkSync(sibling, join(bench.dir, 'outfolder'));
    symlinkSync(join(sibling, 'nothing.conf'), join(bench.dir, 'dangling.conf'));
    const up = `../${basename(sibling)}/secret.conf`;
    return { bench, client, sibling, up, secret: join(sibling, 'secret.conf') };
  }

  it('does not lead out of the folder, whatever it is used for', async () => {
    const { bench, client, sibling, up, secret } = await withNeighbours();
    const names = [
      up,
      `./${up}`,
      `x/../${up}`,
      `${bench.dir}/${up}`,
      secret,
      '/etc/hosts',
      'out.conf',
      'outfolder/secret.conf',
      'outfolder/../edit.conf/../out.conf',
      'edit.conf\0.txt',
      '.',
      '..',
      '/',
      bench.dir,
    ];
    const edit = ['Action-0: NewCat', 'Cat-0: evil'];
    for (const name of names) {
      for (const action of ['GetConfig', 'GetConfigJSON', 'ListCategories']) {
        const answer = await client.ask(`Action: ${action}`, `Filename: ${name}`);
        expect([ESCALATED, NOT_FOUND], `${action} ${name}`).toContainEqual(answer);
      }
      expect(
        await client.ask('Action: UpdateConfig', `SrcFilename: ${name}`, 'DstFilename: edit.conf', ...edit),
      ).toEqual(ESCALATED);
      expect(
        await client.ask('Action: UpdateConfig', 'SrcFilename: edit.conf', `DstFilename: ${name}`, ...edit),
      ).toEqual(ESCALATED);
    }
    const fresh = [
      `../${basename(sibling)}/new.conf`,
      join(sibling, 'new.conf'),
      'outfolder/new.conf',
      'a\0b',
      '../new',
    ];
    for (const name of fresh) {
      expect(await client.ask('Action: CreateConfig', `Filename: ${name}`), name).toEqual(ESCALATED);
    }
    expect(await client.ask('Action: CreateConfig', 'Filename: dangling.conf')).toEqual(error('File exists'));
    expect(readFileSync(secret, 'utf8')).toBe('[secret]\nx=1\n');
    expect(readdirSync(sibling)).toEqual(['secret.conf']);
  });

  it('that spells its way out does not tell what is there', async () => {
    const { client, up } = await withNeighbours();
    for (const name of [up, '../nothing.conf'])
      expect(await client.ask('Action: GetConfig', `Filename: ${name}`)).toEqual(NOT_FOUND);
    for (const name of ['/etc/hosts', '/etc/nothing.conf'])
      expect(await client.ask('Action: GetConfig', `Filename: ${name}`)).toEqual(ESCALATED);
  });

  it('that an included file has is held to the same', async () => {
    const { bench, client, secret } = await withNeighbours();
    bench.write('edit.conf', `#include "${secret}"\n[a]\n`);
    const files = ['SrcFilename: edit.conf', 'DstFilename: edit.conf'];
    const edit = ['Action-0: Update', 'Cat-0: secret', 'Var-0: x', 'Value-0: 2'];
    expect(await client.ask('Action: UpdateConfig', ...files, ...edit)).toEqual(ESCALATED);
    expect(readFileSync(secret, 'utf8')).toBe('[secret]\nx=1\n');
  });

  it('may lead anywhere with live_dangerously, for users with the class system', async () => {
    const limited = `${MANAGER_CONF}[limited]\nsecret=l\nread=all\nwrite=config\n`;
    const { bench, client, secret } = await withNeighbours({
      liveDangerously: true,
      files: { 'manager.conf': limited },
    });
    const ask = ['Action: GetConfig', `Filename: ${secret}`];
    expect(told(await client.ask(...ask), 'Category-000000')).toBe('secret');
    const other = await bench.login('limited', 'l', 'Events: off');
    expect(await other.ask(...ask)).toEqual(ESCALATED);
  });

  it('may be created once, where its folder is', async () => {
    const { bench, client } = await open();
    const create = (name: string) => client.ask('Action: CreateConfig', `Filename: ${name}`);
    expect(await create('newly.conf')).toEqual([
      ['Response', 'Success'],
      ['Message', 'New configuration file created successfully'],
    ]);
    expect(existsSync(join(bench.dir, 'newly.conf'))).toBe(true);
    expect(await create('newly.conf')).toEqual(error('File exists'));
    expect(await create('sub/x.conf')).toEqual(error('No such file or directory'));
  });
});
