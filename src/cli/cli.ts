import type { ConsoleAttachment } from '../log/index.ts';
import { StoreError } from '../sorcery/index.ts';
import { type CliCommand, type CliContext, type CliOutput, CommandFailed, usage } from './command.ts';

/** Longest command line that is read. */
export const MAX_COMMAND = 8_192;
/** Longest output that is kept as one text (characters). */
const MAX_OUTPUT = 32 * 1024 * 1024;

/** What a command runs with whom no console listens to, as with `-rx`. */
export function detachedConsole(): ConsoleAttachment {
  return { verbosity: 0, muted: false, hidden: new Set(), close: () => {} };
}

/** Commands that do nothing but look. */
const SHOWS = / (show|list)\b/;

/** Finds and runs commands by their words, the longest match first. */
export class Cli {
  readonly #context: CliContext;
  readonly #byFirst = new Map<string, CliCommand[]>();

  constructor(context: CliContext, commands: readonly CliCommand[]) {
    this.#context = context;
    for (const command of commands) {
      const first = command.words.split(' ', 1)[0] ?? '';
      const list = this.#byFirst.get(first);
      if (list === undefined) this.#byFirst.set(first, [command]);
      else list.push(command);
    }
    // More words first: `core show channel` must not hide behind `core show`.
    for (const list of this.#byFirst.values()) list.sort((a, b) => b.words.length - a.words.length);
  }

  /** What a command line prints, in pieces; some commands change the console that asks. */
  run(line: string, console_: ConsoleAttachment = detachedConsole()): AsyncIterable<string> {
    return this.#run(line, console_, { failed: false });
  }

  /** The same at once, cut where it becomes too long; `failed` when there is no such command, or it did not do it. */
  async execute(line: string): Promise<{ readonly text: string; readonly failed: boolean }> {
    const outcome = { failed: false };
    const parts: string[] = [];
    let length = 0;
    for await (const part of this.#run(line, detachedConsole(), outcome)) {
      parts.push(part);
      length += part.length;
      if (length <= MAX_OUTPUT) continue;
      parts.push(`\n… cut off after ${MAX_OUTPUT} characters\n`);
      break;
    }
    return { text: parts.join(''), failed: outcome.failed };
  }

  async *#run(
    line: string,
    console_: ConsoleAttachment,
    outcome: { failed: boolean },
  ): AsyncIterable<string> {
    outcome.failed = true;
    if (line.length > MAX_COMMAND) {
      yield `Command is longer than ${MAX_COMMAND} characters.\n`;
      return;
    }
    const words = splitWords(line);
    if (words.length === 0) return;
    const found = this.#find(words);
    if (found === undefined) {
      yield this.#unknown(words);
      return;
    }
    const { command, args } = found;
    if (args.length < (command.needs ?? 0) || args.length > (command.takes ?? Number.POSITIVE_INFINITY)) {
      yield usage(command);
      return;
    }
    outcome.failed = false;
    try {
      yield* pieces(await this.#output(command, args, console_));
    } catch (error) {
      if (error instanceof StoreError) {
        yield `${error.message}\nCommand '${line}' failed.\n`;
        return;
      }
      if (!(error instanceof CommandFailed)) throw error;
      outcome.failed = true;
      if (error.message !== '') yield `${error.message}\n`;
      yield `Command '${line}' failed.\n`;
    }
  }

  /** What a command prints. One that only shows is run as a piece of reading: objects may be in a database. */
  #output(
    command: CliCommand,
    args: readonly string[],
    console_: ConsoleAttachment,
  ): CliOutput | Promise<CliOutput> {
    const { sorcery } = this.#context;
    if (!sorcery.hasRemote || !SHOWS.test(command.words)) return command.run(this.#context, args, console_);
    return sorcery.settle(() => {
      const output = command.run(this.#context, args, console_);
      return typeof output !== 'string' && Symbol.iterator in output ? [...output] : output;
    });
  }

  #find(words: readonly string[]): { command: CliCommand; args: string[] } | undefined {
    for (const command of this.#byFirst.get((words[0] ?? '').toLowerCase()) ?? []) {
      const own = command.words.split(' ');
      if (own.length > words.length || !own.every((word, index) => same(word, words[index]))) continue;
      if (command.module !== undefined && !this.#context.running(command.module)) continue;
      return { command, args: words.slice(own.length) };
    }
    return undefined;
  }

  #unknown(words: readonly string[]): string {
    const line = words.join(' ');
    return `No such command '${line}' (type 'core show help ${line}' for other possible commands)\n`;
  }

  /** What could follow a half-typed line: whole lines up to the next word. */
  complete(line: string): string[] {
    const words = splitWords(line);
    const open = line.endsWith(' ') || line === '' ? '' : (words.pop() ?? '');
    const found = new Set<string>();
    for (const command of [...this.#byFirst.values()].flat()) {
      if (command.module !== undefined && !this.#context.running(command.module)) continue;
      const own = command.words.split(' ');
      const shared = Math.min(own.length, words.length);
      if (!own.slice(0, shared).every((word, index) => same(word, words[index]))) continue;
      if (own.length > words.length) {
        const next = own[words.length] ?? '';
        if (begins(next, open)) found.add(next);
      } else {
        for (const each of command.complete?.(this.#context, words.slice(own.length)) ?? []) {
          if (begins(each, open)) found.add(each);
          if (found.size >= MAX_COMPLETIONS) break;
        }
      }
    }
    return [...found].sort();
  }
}

const MAX_COMPLETIONS = 200;

/** Whether a word of a command was typed, in any case. */
function same(word: string, typed: string | undefined): boolean {
  return word === typed?.toLowerCase();
}

function begins(word: string, typed: string): boolean {
  return word.toLowerCase().startsWith(typed.toLowerCase());
}

async function* pieces(output: CliOutput): AsyncIterable<string> {
  if (typeof output === 'string') yield output;
  else if (output instanceof Promise) yield await output;
  else yield* output;
}

/** Words of a command line: quotes hold blanks together, a backslash takes the next character as it is. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? '';
    if (char === '\\' && at + 1 < line.length) {
      word += line[++at];
      inWord = true;
    } else if (char === '"') {
      quoted = !quoted;
      inWord = true;
    } else if (!quoted && (char === ' ' || char === '\t' || char === '\n' || char === '\r')) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
    } else {
      word += char;
      inWord = true;
    }
  }
  if (inWord) words.push(word);
  return words;
}
