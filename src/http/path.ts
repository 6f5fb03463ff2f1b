/** A request's target, taken apart. */
export interface Target {
  /** As sent, without query. */
  readonly path: string;
  /** `?` and what follows, empty without. */
  readonly query: string;
}

/** Longest target that is looked at; the original's limit is the line of 4 KB. */
export const MAX_TARGET = 8_190;

/** Takes a target apart; the form with scheme and host, which proxies use, counts as its path (RFC 9112 §3.2.2). */
export function parseTarget(url: string): Target {
  let from = 0;
  if (!url.startsWith('/')) {
    const scheme = /^https?:\/\//i.exec(url);
    if (scheme !== null) {
      from = url.indexOf('/', scheme[0].length);
      if (from < 0) return { path: '/', query: '' };
    }
  }
  const mark = url.indexOf('?', from);
  return mark < 0
    ? { path: from === 0 ? url : url.slice(from), query: '' }
    : { path: url.slice(from, mark), query: url.slice(mark) };
}

/**
 * A path as restrictions compare it: decoded once, in lower case, slashes single. Routing decodes once too and nothing
 * resolves `..`, so that no spelling reaches what another spelling is kept from.
 */
export function canonicalPath(path: string): string {
  const parts = decode(path).toLowerCase().split('/');
  return `/${parts.filter((each) => each !== '').join('/')}`;
}

/** Percent-decodes; what is no encoding stays as it is. */
export function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%([0-9a-f]{2})/gi, (_whole, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
}
