import { AsterismError } from '../../errors/index.ts';
import { utcStamp } from '../../platform/index.ts';
import { may } from '../../security/index.ts';
import { type AriAnswer, type Handler, json, noContent } from '../operation.ts';
import type { AriPorts, ModuleInfo, ModuleOutcome } from './ports.ts';

/** `/asterisk`: pushed objects, information, modules, global variables. */
export function asteriskHandlers(ports: AriPorts): Record<string, Handler> {
  const { push, info, variables } = ports;
  const named = (name: string | undefined): string => {
    if (name === undefined || name === '') throw new AsterismError('VARIABLE_NAME_MISSING');
    return name;
  };
  const moduleJson = (each: ModuleInfo) => ({
    name: each.name,
    description: each.description,
    use_count: each.useCount,
    status: each.running ? 'Running' : 'Not Running',
    support_level: each.supportLevel,
  });
  return {
    'asterisk.getObject': (call) =>
      push.get(
        call.path('configClass'),
        call.path('objectType'),
        call.path('id'),
        may(call.request.user, 'write'),
      ),
    'asterisk.updateObject': (call) =>
      push.put(call.path('configClass'), call.path('objectType'), call.path('id'), call.request.body?.fields),
    'asterisk.deleteObject': (call) =>
      push.delete(call.path('configClass'), call.path('objectType'), call.path('id')),
    'asterisk.ping': () =>
      json({ ping: 'pong', timestamp: utcStamp(ports.clock.now()), asterisk_id: info.entityId }),
    'asterisk.getInfo': (call): AriAnswer => {
      const parts: Record<string, object> = {
        build: {
          os: process.platform === 'linux' ? 'Linux' : process.platform,
          kernel: 'unknown',
          machine: process.arch,
          options: `Asterism ${info.version}, Node ${process.version}`,
          date: utcStamp(info.startedAt),
          user: 'asterism',
        },
        system: { version: info.compatibleVersion, entity_id: info.entityId },
        config: {
          name: info.systemName,
          default_language: ports.switch.defaultLanguage,
          setid: { user: '', group: '' },
        },
        status: { startup_time: utcStamp(info.startedAt), last_reload_time: utcStamp(info.lastReloadAt()) },
      };
      const only = call.list('only');
      return json(
        only.length === 0
          ? parts
          : Object.fromEntries(Object.entries(parts).filter(([name]) => only.includes(name))),
      );
    },
    'asterisk.listModules': () => json(ports.modules.list().map(moduleJson)),
    'asterisk.getModule': (call) => {
      const wanted = call.path('moduleName');
      const known = ports.modules.list();
      const found = known.find((each) => each.name === wanted);
      if (found !== undefined) return json(moduleJson(found));
      // The name without its ending finds the module, and then nothing about it.
      throw new AsterismError(
        known.some((each) => each.name === `${wanted}.so`) ? 'MODULE_UNREADABLE' : 'MODULE_NOT_FOUND',
        { field: 'moduleName', hint: 'Names end with .so, as GET /asterisk/modules lists them.' },
      );
    },
    ...moduleChanges(ports),
    'asterisk.getGlobalVar': (call) =>
      json({ value: variables.read(undefined, named(call.text('variable'))) ?? '' }),
    'asterisk.setGlobalVar': async (call) => {
      await variables.write(undefined, named(call.text('variable')), call.text('value') ?? '');
      return noContent;
    },
  };
}

/** Loading, unloading and reloading; names are exact here, with their ending. */
function moduleChanges({ modules }: AriPorts): Record<string, Handler> {
  const runs = (name: string) => modules.list().some((each) => each.name === name && each.running);
  const why = (outcome: ModuleOutcome) => ({ detail: outcome.reason ?? outcome.result });
  return {
    'asterisk.loadModule': async (call) => {
      const name = call.path('moduleName');
      if (runs(name)) throw new AsterismError('MODULE_LOADED');
      const outcome = await modules.load(name);
      if (outcome.result !== 'loaded') throw new AsterismError('MODULE_LOAD_DECLINED', why(outcome));
      return noContent;
    },
    'asterisk.unloadModule': async (call) => {
      const name = call.path('moduleName');
      if (!runs(name)) throw new AsterismError('MODULE_NOT_RUNNING');
      const outcome = await modules.unload(name);
      if (outcome.result !== 'unloaded') throw new AsterismError('MODULE_IN_USE', why(outcome));
      return noContent;
    },
    'asterisk.reloadModule': async (call) => {
      const name = call.path('moduleName');
      if (!runs(name)) throw new AsterismError('MODULE_NOT_RUNNING');
      const outcome = await modules.reload(name);
      if (outcome.result === 'not-supported') throw new AsterismError('MODULE_RELOAD_UNSUPPORTED');
      if (outcome.result !== 'reloaded') throw new AsterismError('MODULE_RELOAD_FAILED', why(outcome));
      return noContent;
    },
  };
}
