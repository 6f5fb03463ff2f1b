/** What of CORS a request asks about. */
export interface CorsRequest {
  readonly origin: string | undefined;
  readonly requestMethod: string | undefined;
  readonly requestHeaders: string | undefined;
}

/** Longest list of header names that is repeated to a page. */
const MAX_REQUEST_HEADERS = 1_024;
const HEADER_LIST = /^[!#$%&'*+.^_`|~0-9A-Za-z, -]*$/;

/** Whether a page of this origin may read answers. */
export function isAllowedOrigin(allowed: readonly string[], origin: string | undefined): origin is string {
  return origin !== undefined && (allowed.includes('*') || allowed.includes(origin));
}

/** Headers that let a page of an allowed origin read the answer; a flat list of names and values. */
export function corsHeaders(allowed: readonly string[], origin: string | undefined): readonly string[] {
  if (origin === undefined || allowed.length === 0) return [];
  if (!isAllowedOrigin(allowed, origin)) return ['Vary', 'Origin'];
  return [
    ...['Access-Control-Allow-Origin', origin],
    ...['Access-Control-Allow-Credentials', 'true'],
    ...['Vary', 'Origin'],
  ];
}

/** What OPTIONS says to a page beside that, when it may use the method that it asks for. */
export function preflightHeaders(
  allowed: readonly string[],
  { origin, requestMethod, requestHeaders }: CorsRequest,
  allow: string,
): readonly string[] {
  if (requestMethod === undefined || !isAllowedOrigin(allowed, origin)) return [];
  if (!allow.split(',').includes(requestMethod)) return [];
  const headers = ['Access-Control-Allow-Methods', allow];
  const wanted = requestHeaders ?? '';
  if (wanted !== '' && wanted.length <= MAX_REQUEST_HEADERS && HEADER_LIST.test(wanted)) {
    headers.push('Access-Control-Allow-Headers', wanted);
  }
  return headers;
}
