import { type ResourceSpec, resources } from '../operations/index.ts';

/** What a description depends on besides the table. */
export interface DocumentContext {
  /** Where the interface is, as the reader asked for it: `http://host:port/ari`. */
  readonly baseUrl: string;
  readonly version: string;
  readonly running: (module: string) => boolean;
  /** Operations that answer 501, as `resource.id`. */
  readonly missing: ReadonlySet<string>;
}

/** Resources whose module runs. */
export function served({ running }: DocumentContext): readonly ResourceSpec[] {
  return resources.filter((each) => running(each.module));
}

export const TITLE = 'Asterism REST interface';
export const LICENSE = { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' } as const;

/** A sentence that says of what Asterisk does not have that it does not. */
export function sentence(text: string, spec: { readonly extension?: true }): string {
  return spec.extension === true ? `${text} Not in Asterisk.` : text;
}
