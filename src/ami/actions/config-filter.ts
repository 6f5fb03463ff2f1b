import type { Section } from '../../conf/index.ts';
import type { CompilePattern } from '../ports.ts';

export type Selection = (section: Section) => boolean;

/**
 * What a filter leaves: expressions at commas, name and value of a variable that the category must have, each a
 * pattern; `TEMPLATES=include` lets templates through too and `TEMPLATES=restrict` only them. A pattern that makes no
 * sense fits nothing.
 */
export function selection(filter: string, compile: CompilePattern): Selection {
  let templates = 'exclude';
  const conditions: ((section: Section) => boolean)[] = [];
  for (const expression of filter.split(',')) {
    if (expression.trim() === '') continue;
    const equals = expression.indexOf('=');
    const name = expression.slice(0, Math.max(equals, 0)).trim();
    const value = expression.slice(equals + 1).trim();
    if (name.toUpperCase() === 'TEMPLATES') {
      templates = value.toLowerCase();
      continue;
    }
    const [fitsName, fitsValue] = equals < 0 ? [] : [compile(name), compile(value)];
    conditions.push(({ variables }) =>
      variables.some((each) => fitsName?.(each.name) === true && fitsValue?.(each.value) === true),
    );
  }
  return (section) =>
    (templates === 'include' || section.isTemplate === (templates === 'restrict')) &&
    conditions.every((each) => each(section));
}
