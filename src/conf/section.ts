/** A line of a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A variable of a section, and where it stands. */
export interface ConfVariable {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
  /** Came from a template that the section inherits. */
  readonly inherited: boolean;
  /** The lines with `+=` that added to it. */
  readonly additions?: readonly Place[];
  /** The #include or #exec of the section's own file that brought it. */
  readonly via?: Place;
}

/** One `[name]` of a file, its templates' variables first. Sections of the same name stay apart, as pjsip.conf needs. */
export class Section {
  readonly name: string;
  /** Made by `(!)`, or turned into one by a later `(+,!)`. */
  isTemplate: boolean;
  readonly file: string;
  readonly line: number;
  /** The templates it names, as written. */
  readonly templates: string[] = [];
  /** The `[name](+)` that add to it, in order. */
  readonly additions: Place[] = [];
  readonly variables: ConfVariable[] = [];

  constructor(name: string, isTemplate: boolean, file: string, line: number) {
    this.name = name;
    this.isTemplate = isTemplate;
    this.file = file;
    this.line = line;
  }

  /**
   * The last value given for a name, in any case: a section's own come after its templates', so its own wins. The
   * few options that Asterisk takes the first value of (AST_CONFIG without an index is one) want `first`.
   */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    for (let index = this.variables.length - 1; index >= 0; index--) {
      const variable = this.variables[index];
      if (variable?.name.toLowerCase() === wanted) return variable.value;
    }
    return undefined;
  }

  /** The first value given for a name, in any case. */
  first(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.variables.find((each) => each.name.toLowerCase() === wanted)?.value;
  }

  /** Every value given for a name, in any case, templates' first. */
  all(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.variables.filter((each) => each.name.toLowerCase() === wanted).map((each) => each.value);
  }
}
