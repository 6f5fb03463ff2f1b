import { matchesStars } from '../platform/index.ts';

/** An operation as lists of what is allowed may name it. */
export interface OperationName {
  /** `channels.hangup`. */
  readonly key: string;
  readonly method: string;
  /** `/channels/{channelId}`. */
  readonly template: string;
  /** With what stands in its places, decoded, but for `/` and `%`, so that no value looks like another path. */
  readonly path: string;
}

/** `GET /channels/*` is a method and a path, `channels.*` a resource and an operation, `hangup` an operation of any resource. */
export function matchesOperation(pattern: string, { key, method, template, path }: OperationName): boolean {
  const space = pattern.indexOf(' ');
  if (space >= 0) {
    const wanted = pattern.slice(space + 1);
    return (
      matchesStars(method, pattern.slice(0, space)) &&
      (matchesStars(path, wanted) || matchesStars(template, wanted))
    );
  }
  return matchesStars(pattern.includes('.') ? key : key.slice(key.indexOf('.') + 1), pattern);
}
