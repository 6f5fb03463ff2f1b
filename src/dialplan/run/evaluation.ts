import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Channel, Switch } from '../../switch/index.ts';
import type {
  ChannelThread,
  DialplanDatabase,
  FunctionDefinition,
  FunctionServices,
} from '../functions/definition.ts';
import { FunctionError } from '../functions/definition.ts';
import { builtinVariable, type Hint, type ServerNames } from './builtins.ts';
import type { Syntax } from './plan.ts';

/** Whether the text comes from the dial plan itself or from somebody outside (AMI, ARI, CLI users). */
export interface Origin {
  readonly external: boolean;
  /** Somebody outside who may not do harm even where `live_dangerously` lets others. */
  readonly restricted?: boolean;
}

export interface EvaluationOptions {
  readonly switch: Switch;
  readonly log: Logger;
  readonly clock: Clock;
  readonly syntax: Syntax;
  readonly functions: readonly FunctionDefinition[];
  readonly database: DialplanDatabase | undefined;
  readonly moduleRunning: (module: string) => boolean;
  /** asterisk.conf `live_dangerously`. */
  readonly liveDangerously: boolean;
  readonly version: { readonly text: string; readonly number: string };
  readonly names: ServerNames;
  readonly thread: (channel: Channel) => ChannelThread;
  readonly limitCall: FunctionServices['limitCall'];
  readonly exists: FunctionServices['exists'];
  readonly hint: (context: string, exten: string) => Hint | undefined;
}

/** A function's name and what stands in its parentheses; undefined when `text` is no function call. */
export function parseCall(text: string): { name: string; args: string } | undefined {
  const open = text.indexOf('(');
  if (open < 0) return undefined;
  const close = text.lastIndexOf(')');
  return { name: text.slice(0, open).trim(), args: text.slice(open + 1, close > open ? close : undefined) };
}

/** How deep EVAL() may stand in what EVAL() gives, and how many texts one line may evaluate in all. */
const MAX_DEPTH = 16;
const MAX_EVALUATIONS = 1000;

/** Variables and functions of the running dial plan. */
export class Evaluation {
  readonly #options: EvaluationOptions;
  readonly #functions: ReadonlyMap<string, FunctionDefinition>;
  readonly #inside: FunctionServices;
  readonly #outside: FunctionServices;
  readonly #restricted: FunctionServices;
  #depth = 0;
  #evaluations = 0;

  constructor(options: EvaluationOptions) {
    this.#options = options;
    this.#functions = new Map(options.functions.map((each) => [each.name, each]));
    this.#inside = this.#services({ external: false });
    this.#outside = this.#services({ external: true });
    this.#restricted = this.#services({ external: true, restricted: true });
  }

  #services(origin: Origin): FunctionServices {
    const { log, clock, database, moduleRunning, version, thread, limitCall, exists, hint } = this.#options;
    return {
      switch: this.#options.switch,
      log,
      clock,
      database,
      moduleRunning,
      version,
      thread,
      limitCall,
      exists,
      hint,
      variable: (channel, name) => this.variable(channel, name),
      setVariable: (channel, name, value) => this.setVariable(channel, name, value),
      evaluate: (channel, text) => this.evaluate(channel, text, origin),
      splitArguments: (text) => this.#options.syntax.splitArguments(text),
    };
  }

  /** The functions that are there now, by name. */
  available(): FunctionDefinition[] {
    return this.#options.functions.filter((each) => this.#options.moduleRunning(each.module));
  }

  find(name: string): FunctionDefinition | undefined {
    const found = this.#functions.get(name);
    return found !== undefined && this.#options.moduleRunning(found.module) ? found : undefined;
  }

  /** A variable of the channel, else a global one; what the server knows by itself comes first. */
  variable(channel: Channel | undefined, name: string): string | undefined {
    return (
      builtinVariable(this.#options, channel, name) ??
      channel?.getVariable(name) ??
      this.#options.switch.globals.get(name)
    );
  }

  /** Sets a channel's variable, a global one without a channel; undefined removes it. */
  setVariable(channel: Channel | undefined, name: string, value: string | undefined): void {
    if (channel !== undefined) channel.setVariable(name, value);
    else if (value !== undefined) this.#options.switch.setGlobal(name, value);
    else if (this.#options.switch.globals.delete(name))
      this.#options.switch.events.emit('variable', undefined, name, '');
  }

  /** Replaces `${…}` and `$[…]`. What cannot be evaluated becomes empty and is logged. */
  evaluate(channel: Channel | undefined, text: string, origin: Origin): string {
    if (!text.includes('$')) return text;
    if (this.#depth === 0) this.#evaluations = 0;
    if (this.#depth > MAX_DEPTH || ++this.#evaluations > MAX_EVALUATIONS) {
      this.#options.log.warning('A text that is evaluated goes on evaluating texts: it is cut off');
      return '';
    }
    this.#depth++;
    try {
      return this.#options.syntax.substitute(text, {
        variable: (name) => this.variable(channel, name),
        callFunction: (name, args) => this.#read(channel, name, args, origin) ?? '',
        warn: (message) => this.#options.log.warning(message),
      });
    } finally {
      this.#depth--;
    }
  }

  /** Reads `NAME(args)`; undefined (and a log line) when there is none, it fails, or it is refused. */
  read(channel: Channel | undefined, text: string, origin: Origin): string | undefined {
    const parsed = parseCall(text);
    if (parsed === undefined) return undefined;
    return this.#read(channel, parsed.name, parsed.args, origin);
  }

  #read(channel: Channel | undefined, name: string, args: string, origin: Origin): string | undefined {
    const definition = this.find(name);
    if (definition === undefined) {
      this.#options.log.error(`Function ${name} not registered`);
      return undefined;
    }
    if (definition.read === undefined) {
      this.#options.log.error(`Function ${name} cannot be read`);
      return undefined;
    }
    if (this.#refused(definition, 'read', origin)) return undefined;
    try {
      return definition.read(this.#call(channel, name, args, origin));
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Writes `NAME(args)`; false (and a log line) when there is none, it fails, or it is refused. */
  async write(channel: Channel | undefined, text: string, value: string, origin: Origin): Promise<boolean> {
    const parsed = parseCall(text);
    const definition = parsed === undefined ? undefined : this.find(parsed.name);
    if (parsed === undefined || definition === undefined) {
      this.#options.log.error(`Function ${parsed?.name ?? text} not registered`);
      return false;
    }
    if (definition.write === undefined) {
      this.#options.log.error(`Function ${definition.name} cannot be written to`);
      return false;
    }
    if (this.#refused(definition, 'write', origin)) return false;
    try {
      await definition.write(this.#call(channel, definition.name, parsed.args, origin), value);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** Sets a variable or, when the name has parentheses, writes a function. */
  async assign(channel: Channel | undefined, name: string, value: string, origin: Origin): Promise<boolean> {
    if (name.endsWith(')') && name.includes('(')) return this.write(channel, name, value, origin);
    this.setVariable(channel, name, value);
    return true;
  }

  #call(channel: Channel | undefined, name: string, text: string, origin: Origin) {
    const outside = origin.restricted === true ? this.#restricted : this.#outside;
    const services = origin.external ? outside : this.#inside;
    return {
      name,
      channel,
      text,
      args: text === '' ? [] : this.#options.syntax.splitArguments(text),
      services,
    };
  }

  #refused(definition: FunctionDefinition, access: 'read' | 'write', origin: Origin): boolean {
    if (!origin.external || (this.#options.liveDangerously && origin.restricted !== true)) return false;
    if (definition.dangerous !== 'both' && definition.dangerous !== access) return false;
    this.#options.log.error(
      `${definition.name} may not be ${access === 'read' ? 'read' : 'written'} from outside the dial plan ` +
        (this.#options.liveDangerously
          ? '(by a user without the privilege for it)'
          : '(asterisk.conf live_dangerously is off)'),
    );
    return true;
  }

  #failed(error: unknown): undefined {
    if (error instanceof FunctionError) this.#options.log.warning(error.message);
    else this.#options.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return undefined;
  }
}
