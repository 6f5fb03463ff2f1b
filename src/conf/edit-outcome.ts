import type { Section } from './section.ts';

interface Named {
  readonly name: string;
  readonly value: string;
}

/** What an edit shall come to: the list of categories with their variables, without any line of a file. */
export type Outcome =
  | {
      readonly kind: 'created';
      readonly index: number;
      readonly name: string;
      readonly isTemplate: boolean;
      readonly bases: readonly Section[];
    }
  | { readonly kind: 'renamed'; readonly indices: ReadonlySet<number>; readonly name: string }
  | { readonly kind: 'deleted'; readonly indices: ReadonlySet<number> }
  /** The variables of their own that some sections have then. */
  | { readonly kind: 'variables'; readonly own: ReadonlyMap<number, readonly Named[]> };

/** A section as text that can be compared. */
type Shape = string;

/** `whole`: with what templates give. Variables of different names may change places: no reader of a section sees that. */
function shape(
  name: string,
  isTemplate: boolean,
  templates: readonly string[],
  variables: readonly Named[],
): Shape {
  const sorted = variables
    .map((each) => [each.name.toLowerCase(), each.value])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([name, isTemplate, templates, sorted]);
}

export function shapes(sections: readonly Section[], whole: boolean): Shape[] {
  return sections.map(({ name, isTemplate, templates, variables }) =>
    shape(
      name,
      isTemplate,
      templates,
      variables.filter((each) => whole || !each.inherited),
    ),
  );
}

/** What the sections will be when the edit is made. */
export function expected(before: readonly Section[], outcome: Outcome): Shape[] {
  const list = shapes(before, outcome.kind !== 'variables');
  switch (outcome.kind) {
    case 'created': {
      const { index, name, isTemplate, bases } = outcome;
      const names = bases.map((each) => each.name);
      const variables = bases.flatMap((each) => each.variables);
      return list.toSpliced(index, 0, shape(name, isTemplate, names, variables));
    }
    case 'deleted':
      return list.filter((_, index) => !outcome.indices.has(index));
    case 'renamed':
      return before.map(({ isTemplate, templates, variables }, index) =>
        outcome.indices.has(index)
          ? shape(outcome.name, isTemplate, templates, variables)
          : (list[index] ?? ''),
      );
    case 'variables':
      return before.map(({ name, isTemplate, templates }, index) => {
        const own = outcome.own.get(index);
        return own === undefined ? (list[index] ?? '') : shape(name, isTemplate, templates, own);
      });
  }
}

/** Whether both are the same; `but` are not looked at. */
export function holds(wanted: readonly Shape[], found: readonly Shape[], but?: ReadonlySet<number>): boolean {
  return (
    wanted.length === found.length &&
    wanted.every((each, index) => but?.has(index) === true || each === found[index])
  );
}

/** What a section inherited before and does not have now: of each name, from the first value that is gone. */
export function restated(before: Section, now: Section): Named[] {
  const names = new Map<string, Named[]>();
  for (const { name, value, inherited } of before.variables) {
    if (!inherited) continue;
    const list = names.get(name.toLowerCase());
    if (list === undefined) names.set(name.toLowerCase(), [{ name, value }]);
    else list.push({ name, value });
  }
  return [...names].flatMap(([name, list]) => {
    const left = now.all(name);
    const first = list.findIndex(({ value }) => {
      const at = left.indexOf(value);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    return first < 0 ? [] : list.slice(first);
  });
}
