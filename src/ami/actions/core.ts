import type { Channel } from '../../switch/index.ts';
import {
  type ActionCall,
  type AmiAction,
  failure,
  type ListItem,
  parameters,
  type Reply,
  success,
} from '../action.ts';
import { maskOf } from '../classes.ts';
import { snapshot } from '../events/snapshot.ts';
import type { Header } from '../packet.ts';
import type { AmiPorts } from '../ports.ts';

/** The protocol's version, as the banner says it. */
const AMI_VERSION = '11.0.0';

const pair = (value: number) => String(Math.floor(value)).padStart(2, '0');

/** `2026-11-21`, local time. */
function dateText(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${pair(date.getMonth() + 1)}-${pair(date.getDate())}`;
}

/** `00:34:37`, local time. */
function timeText(ms: number): string {
  const date = new Date(ms);
  return `${pair(date.getHours())}:${pair(date.getMinutes())}:${pair(date.getSeconds())}`;
}

function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${pair(seconds / 3600)}:${pair((seconds / 60) % 60)}:${pair(seconds % 60)}`;
}

/** A call is a channel that runs the dial plan. */
function currentCalls({ switch: owner }: AmiPorts): number {
  let count = 0;
  for (const channel of owner.channels()) if (channel.app !== '') count++;
  return count;
}

function coreStatus(ports: AmiPorts): Header[] {
  const { startedAt, lastReloadAt } = ports.info;
  return [
    ['CoreStartupDate', dateText(startedAt)],
    ['CoreStartupTime', timeText(startedAt)],
    ['CoreReloadDate', dateText(lastReloadAt())],
    ['CoreReloadTime', timeText(lastReloadAt())],
    ['CoreCurrentCalls', String(currentCalls(ports))],
    ['CoreProcessedCalls', String(ports.switch.processedCalls)],
  ];
}

const yesNo = (on: boolean) => (on ? 'Yes' : 'No');

function coreSettings({ info, modules }: AmiPorts): Header[] {
  return [
    ['AMIversion', AMI_VERSION],
    ['AsteriskVersion', `${info.compatibleVersion} (Asterism ${info.version})`],
    ['SystemName', info.systemName],
    ['CoreMaxCalls', String(info.maxCalls)],
    // Limits on load and files are the operating system's here, and the user is whoever started the process.
    ['CoreMaxLoadAvg', '0.000000'],
    ['CoreRunUser', ''],
    ['CoreRunGroup', ''],
    ['CoreMaxFilehandles', '0'],
    ['CoreRealTimeEnabled', yesNo(info.realtimeEnabled())],
    ['CoreCDRenabled', yesNo(modules.running('cdr'))],
    ['CoreHTTPenabled', yesNo(info.httpEnabled())],
    ['SoundsSearchCustomDir', 'No'],
  ];
}

function* channelList({ switch: owner }: AmiPorts): Iterable<ListItem> {
  const now = owner.clock.now();
  for (const channel of owner.channels()) {
    yield {
      name: 'CoreShowChannel',
      headers: [
        ...snapshot(channel),
        ...running(channel),
        ['Duration', durationText(now - channel.createdAt)],
        ['BridgeId', ''],
      ],
    };
  }
}

function running({ app, appData }: Channel): Header[] {
  return [
    ['Application', app],
    ['ApplicationData', appData],
  ];
}

async function command({ text, ports }: ActionCall): Promise<Reply> {
  const line = text('Command');
  if (line === '') return failure('No command provided');
  const { text: output, failed } = await ports.cli.execute(line);
  const lines = output.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return {
    kind: failed ? 'error' : 'success',
    headers: [['Message', 'Command output follows'], ...lines.map((each): Header => ['Output', each])],
  };
}

async function reload({ text, ports }: ActionCall): Promise<Reply> {
  const module = text('Module');
  if (module === '') {
    await ports.reloadAll();
    return success('Module Reloaded');
  }
  const { result } = await ports.modules.reload(module);
  switch (result) {
    case 'reloaded':
      return success('Module Reloaded');
    case 'not-found':
      return failure('No such module');
    case 'not-supported':
      return failure('Module does not support reload');
    case 'not-running':
      return failure('Module not initialized');
    default:
      return failure('An unknown error occurred');
  }
}

async function moduleLoad({ text, ports }: ActionCall): Promise<Reply> {
  const [module, type] = [text('Module'), text('LoadType').toLowerCase()];
  if (type === '') return failure('Incomplete ModuleLoad action.');
  if (module === '') {
    if (type !== 'reload') return failure('Need module name');
    await ports.reloadAll();
    return success('All modules reloaded');
  }
  const { modules } = ports;
  switch (type) {
    case 'load': {
      const { result } = await modules.load(module);
      if (result === 'loaded') return success('Module loaded.');
      return failure(result === 'not-found' ? 'Module not found.' : 'Could not load module.');
    }
    case 'unload': {
      const { result } = await modules.unload(module);
      if (result === 'unloaded') return success('Module unloaded.');
      return failure(result === 'not-found' ? 'Module not found.' : 'Could not unload module.');
    }
    case 'reload': {
      const { result } = await modules.reload(module);
      if (result === 'reloaded') return success('Module reloaded.');
      return failure(result === 'not-found' ? 'Module not found.' : 'Could not reload module.');
    }
    case 'refresh': {
      const { result } = await modules.refresh(module, text('Recursive').toLowerCase() === 'true');
      if (result === 'loaded') return success('Module unloaded and loaded.');
      return failure(result === 'not-found' ? 'Module not found.' : 'Could not refresh module.');
    }
    default:
      return failure(
        modules.find(module) === undefined ? 'Module not found.' : 'Incomplete ModuleLoad action.',
      );
  }
}

/** The server as a whole. */
export const coreActions: readonly AmiAction[] = [
  {
    name: 'CoreStatus',
    classes: maskOf('system', 'reporting'),
    synopsis: 'Tell when the server started, and how many calls there are.',
    parameters: parameters('ActionID'),
    module: 'manager',
    run: ({ ports }) => ({ kind: 'success', headers: coreStatus(ports) }),
  },
  {
    name: 'CoreSettings',
    classes: maskOf('system', 'reporting'),
    synopsis: 'Tell version and settings of the server.',
    parameters: parameters('ActionID'),
    module: 'manager',
    run: ({ ports }) => ({ kind: 'success', headers: coreSettings(ports) }),
  },
  {
    name: 'CoreShowChannels',
    classes: maskOf('system', 'reporting'),
    synopsis: 'List all channels.',
    parameters: parameters('ActionID'),
    module: 'manager',
    run: ({ ports }) => ({
      kind: 'list',
      message: 'Channels will follow',
      items: channelList(ports),
      complete: 'CoreShowChannelsComplete',
    }),
  },
  {
    name: 'Command',
    classes: maskOf('command'),
    synopsis: 'Run a console command.',
    parameters: parameters('ActionID', 'Command!'),
    module: 'manager',
    run: command,
  },
  {
    name: 'Reload',
    classes: maskOf('system', 'config'),
    synopsis: 'Let one module, or all, read their files again.',
    parameters: parameters('ActionID', 'Module'),
    module: 'manager',
    run: reload,
  },
  {
    name: 'LoggerRotate',
    classes: maskOf('system', 'reporting'),
    synopsis: 'Open new log files.',
    parameters: parameters('ActionID'),
    module: 'logger',
    run: async ({ ports }) => {
      const fault = await ports.rotateLogs();
      return fault === ''
        ? success('Reloaded the logger and rotated log files')
        : failure('Failed to reload the logger and rotate log files');
    },
  },
  {
    name: 'ModuleLoad',
    classes: maskOf('system'),
    synopsis: 'Load, unload, reload or refresh a module.',
    parameters: parameters('ActionID', 'Module', 'LoadType!', 'Recursive'),
    module: 'manager',
    run: moduleLoad,
  },
  {
    name: 'ModuleCheck',
    classes: maskOf('system'),
    synopsis: 'Ask whether a module runs.',
    parameters: parameters('ActionID', 'Module!'),
    module: 'manager',
    run: ({ text, ports }) => {
      const name = text('Module');
      return name !== '' && ports.modules.find(name)?.running === true
        ? { kind: 'success', headers: [['Version', '']] }
        : failure('Module not loaded');
    },
  },
];
