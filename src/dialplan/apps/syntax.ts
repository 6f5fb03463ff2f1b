import type { ArgumentDefinition } from './definition.ts';

/**
 * How an application or function is written, as `core show application` and `core show functions` print it: optional
 * arguments in brackets, each inside the one before.
 */
export function callSyntax(definition: {
  readonly name: string;
  readonly arguments: readonly ArgumentDefinition[];
  readonly separator?: string;
}): string {
  const separator = definition.separator ?? ',';
  let text = '';
  let open = 0;
  for (const [i, argument] of definition.arguments.entries()) {
    const lead = i === 0 ? '' : separator;
    const name = argument.multiple === true ? `${argument.name}[${separator}...]` : argument.name;
    if (argument.required === true && open === 0) {
      text += lead + name;
    } else {
      text += `[${lead}${name}`;
      open++;
    }
  }
  return `${definition.name}(${text}${']'.repeat(open)})`;
}
