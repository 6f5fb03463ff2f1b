/** What the server says when it refuses. Asterisk only sends `message`. */
export interface Refusal {
  readonly message: string;
  /** A stable name to test for, such as `CHANNEL_NOT_FOUND`. */
  readonly code?: string | undefined;
  readonly field?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

/** The server answered, and refused. */
export class AriError extends Error {
  override readonly name = 'AriError';
  /** HTTP status. */
  readonly status: number;
  readonly code: string | undefined;
  readonly field: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** The operation that was asked for, as `resource.id`. */
  readonly operation: string;

  constructor(operation: string, status: number, refusal: Refusal) {
    super(refusal.message);
    this.operation = operation;
    this.status = status;
    this.code = refusal.code;
    this.field = refusal.field;
    this.detail = refusal.detail;
    this.hint = refusal.hint;
  }

  /** Reads a refusal from the body of an answer, whatever that is. */
  static from(operation: string, status: number, body: string): AriError {
    return new AriError(operation, status, readRefusal(body) ?? { message: `HTTP status ${status}` });
  }
}

/** No answer came that can be read: nothing listens there, the connection broke, or it took too long. */
export class AriConnectionError extends Error {
  override readonly name = 'AriConnectionError';
  readonly operation: string;

  constructor(operation: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.operation = operation;
  }
}

function readRefusal(body: string): Refusal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const text = (name: string): string | undefined => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === 'string' ? found : undefined;
  };
  // Asterisk says `error` instead of `message` where it could not even read the request.
  const message = text('message') ?? text('error');
  if (message === undefined) return undefined;
  const rest = { code: text('code'), field: text('field'), detail: text('detail'), hint: text('hint') };
  return { message, ...rest };
}
