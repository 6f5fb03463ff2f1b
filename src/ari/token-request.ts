import { isTrue, parseInteger } from '../conf/index.ts';
import { DEFAULT_TOKEN_SECONDS, type TokenRequest } from '../security/index.ts';
import { parseApplicationPatterns, parseOperationPatterns, readList } from './scope-lists.ts';

/** What of a new token may be said, as the operation and the command call it. */
export const tokenOptions = [
  'label',
  'expiresIn',
  'readOnly',
  'allowOperations',
  'denyOperations',
  'allowApplications',
  'denyApplications',
] as const;
export type TokenOption = (typeof tokenOptions)[number];

/** Reads what somebody wants of a token; lists have commas. @throws {AsterismError} PARAMETER_INVALID */
export function readTokenRequest(
  user: string,
  given: (name: TokenOption) => string | undefined,
): TokenRequest {
  const operations = (name: TokenOption) => readList(name, given(name) ?? '', parseOperationPatterns);
  const applications = (name: TokenOption) => readList(name, given(name) ?? '', parseApplicationPatterns);
  const seconds = given('expiresIn');
  return {
    user,
    label: given('label') ?? '',
    // What is no number is refused with those that are too small.
    seconds: seconds === undefined ? DEFAULT_TOKEN_SECONDS : (parseInteger(seconds, 0) ?? 0),
    readOnly: isTrue(given('readOnly')),
    allowOperations: operations('allowOperations'),
    denyOperations: operations('denyOperations'),
    allowApplications: applications('allowApplications'),
    denyApplications: applications('denyApplications'),
  };
}
