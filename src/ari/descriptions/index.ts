import { asyncApi } from './asyncapi.ts';
import type { DocumentContext } from './document.ts';
import { openApi } from './openapi.ts';
import { docsPage, PAGE_POLICY } from './page.ts';
import { apiDocs } from './swagger.ts';

export type { DocumentContext } from './document.ts';

/** A description in its wire form. */
export interface Description {
  readonly type: string;
  readonly text: string;
  /** Headers of its own, as name, value, name, value. */
  readonly headers: readonly string[];
}

const API_DOCS = '/api-docs/';
const JSON_TYPE = 'application/json';
const documents: ReadonlyMap<string, (context: DocumentContext) => Description> = new Map([
  ['/openapi.json', (context: DocumentContext) => json(openApi(context))],
  ['/asyncapi.json', (context: DocumentContext) => json(asyncApi(context))],
  ['/docs', page],
]);

/** Whether a path, below `/ari`, is among the descriptions and not among the operations. */
export function isDescription(path: string): boolean {
  return path.startsWith(API_DOCS) || documents.has(path);
}

/** The description at a path; undefined when there is none. */
export function describe(path: string, context: DocumentContext): Description | undefined {
  const document = documents.get(path);
  if (document !== undefined) return document(context);
  const found = apiDocs(path.slice(API_DOCS.length), context.baseUrl, context.running);
  return found === undefined ? undefined : json(found);
}

function json(value: object): Description {
  return { type: JSON_TYPE, text: JSON.stringify(value), headers: [] };
}

function page(context: DocumentContext): Description {
  return {
    type: 'text/html; charset=utf-8',
    text: docsPage(context),
    headers: ['Content-Security-Policy', PAGE_POLICY, 'X-Content-Type-Options', 'nosniff'],
  };
}
