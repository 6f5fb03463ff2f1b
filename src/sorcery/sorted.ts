/** Ids in one piece of the whole; more are cut in two. A change copies one piece. */
const PIECE = 512;

interface Piece<T> {
  readonly ids: readonly string[];
  readonly items: readonly T[];
}

/**
 * Items in the order of their ids. A change costs the same however many there are, and whoever is reading goes on reading
 * what there was when it began.
 */
export class Sorted<T extends { readonly id: string }> {
  #pieces: readonly Piece<T>[];
  /** The first id of each piece. */
  #firsts: readonly string[];

  constructor(items: Iterable<T> = []) {
    const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#pieces = cut(
      sorted.map(({ id }) => id),
      sorted,
    );
    this.#firsts = firstsOf(this.#pieces);
  }

  /** Items from the first whose id begins with `prefix` to the last. */
  *from(prefix: string): Iterable<T> {
    const pieces = this.#pieces;
    let at = this.#pieceOf(prefix);
    let place = lowerBound(pieces[at]?.ids ?? [], prefix);
    for (; at < pieces.length; at++, place = 0) {
      const { ids, items } = pieces[at] ?? { ids: [], items: [] };
      for (; place < items.length; place++) {
        if (ids[place]?.startsWith(prefix) !== true) return;
        yield items[place] as T;
      }
    }
  }

  /** Adds an item, or replaces the one of this id. */
  put(item: T): void {
    const at = this.#pieceOf(item.id);
    const { ids = [], items = [] } = this.#pieces[at] ?? {};
    const place = lowerBound(ids, item.id);
    if (ids[place] === item.id) this.#replace(at, [{ ids, items: items.with(place, item) }]);
    else this.#replace(at, cut(ids.toSpliced(place, 0, item.id), items.toSpliced(place, 0, item)));
  }

  drop(id: string): void {
    const at = this.#pieceOf(id);
    const { ids = [], items = [] } = this.#pieces[at] ?? {};
    const place = lowerBound(ids, id);
    if (ids[place] === id) this.#replace(at, cut(ids.toSpliced(place, 1), items.toSpliced(place, 1)));
  }

  #replace(at: number, pieces: readonly Piece<T>[]): void {
    this.#pieces = this.#pieces.toSpliced(at, 1, ...pieces);
    this.#firsts = this.#firsts.toSpliced(at, 1, ...firstsOf(pieces));
  }

  /** The piece that an id is in, or would be put into. */
  #pieceOf(id: string): number {
    const at = lowerBound(this.#firsts, id);
    return this.#firsts[at] === id ? at : Math.max(0, at - 1);
  }
}

function cut<T>(ids: readonly string[], items: readonly T[]): Piece<T>[] {
  if (ids.length <= PIECE) return ids.length === 0 ? [] : [{ ids, items }];
  const pieces: Piece<T>[] = [];
  for (let from = 0; from < ids.length; from += PIECE / 2)
    pieces.push({ ids: ids.slice(from, from + PIECE / 2), items: items.slice(from, from + PIECE / 2) });
  return pieces;
}

function firstsOf<T>(pieces: readonly Piece<T>[]): string[] {
  return pieces.map(({ ids }) => ids[0] ?? '');
}

/** Index of the first element that is not less than `wanted`. */
export function lowerBound(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
