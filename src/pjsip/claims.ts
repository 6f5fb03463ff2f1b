/** What one `identify` object says of its endpoint. */
export interface Claim {
  /** The object's. */
  readonly id: string;
  readonly endpoint: string;
}

/** The claim of the first id; undefined when there is neither. */
export function firstOf(one: Claim | undefined, other: Claim | undefined): Claim | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.id < one.id ? other : one;
}

/** Puts a claim into its place in the order of ids. */
function insert<T extends Claim>(claims: T[], claim: T): void {
  claims.splice(claims.findLastIndex((each) => each.id <= claim.id) + 1, 0, claim);
}

/** Claims by what they are for; of several to the same that of the first id counts. */
export class Claims {
  readonly #byKey = new Map<string, Claim[]>();

  get empty(): boolean {
    return this.#byKey.size === 0;
  }

  first(key: string): Claim | undefined {
    return this.#byKey.get(key)?.[0];
  }

  /** Returns what takes this claim away again. */
  add(key: string, claim: Claim): () => void {
    const claims = this.#byKey.get(key);
    if (claims === undefined) this.#byKey.set(key, [claim]);
    else insert(claims, claim);
    return () => {
      const left = this.#byKey.get(key);
      if (left === undefined) return;
      left.splice(left.indexOf(claim), 1);
      if (left.length === 0) this.#byKey.delete(key);
    };
  }
}

interface Pattern extends Claim {
  readonly expression: RegExp;
}

/** Claims to texts: to one text, found by itself, or by an expression between slashes, tried one after the other. */
export class TextClaims {
  readonly #exact = new Claims();
  readonly #patterns: Pattern[] = [];

  get empty(): boolean {
    return this.#exact.empty && this.#patterns.length === 0;
  }

  first(value: string): Claim | undefined {
    const exact = this.#exact.first(value);
    for (const pattern of this.#patterns) {
      if (exact !== undefined && exact.id <= pattern.id) break;
      if (pattern.expression.test(value)) return pattern;
    }
    return exact;
  }

  /** An expression that is none matches nothing. Returns what takes this claim away again. */
  add(wanted: string, claim: Claim): () => void {
    if (wanted.length < 2 || !wanted.startsWith('/') || !wanted.endsWith('/'))
      return this.#exact.add(wanted, claim);
    const expression = compiled(wanted.slice(1, -1));
    if (expression === undefined) return () => {};
    const pattern = { ...claim, expression };
    insert(this.#patterns, pattern);
    return () => {
      this.#patterns.splice(this.#patterns.indexOf(pattern), 1);
    };
  }
}

function compiled(expression: string): RegExp | undefined {
  try {
    return new RegExp(expression);
  } catch {
    return undefined;
  }
}
