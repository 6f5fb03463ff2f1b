import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { models } from '../models/index.ts';
import type { ModelSpec, OperationSpec, ParameterSpec } from '../operation.ts';
import type { ResourceSpec } from '../operations/index.ts';
import { parameterDoc } from '../operations/parameter-docs.ts';
import { type DocumentContext, served, TITLE } from './document.ts';
import { html, Markup } from './html.ts';
import { baseOf, messageNames } from './json-schema.ts';
import { pageStyle } from './page-style.ts';

const styleHash = createHash('sha256').update(pageStyle).digest('base64');

/** The page loads nothing, runs nothing, and is shown in no other page. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const MODEL = /\w+/g;

/** Every operation, event and model on one page. */
export function docsPage(context: DocumentContext): string {
  const resources = served(context);
  const events = messageNames();
  const others = Object.keys(models).filter((name) => !events.includes(name));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#content">To the operations</a>
<div class="frame">
<nav aria-label="Contents">
<p>Operations</p>
<ul>${resources.map(({ name, operations }) => entry(`r-${name}`, name, operations.length))}</ul>
<p>Messages</p>
<ul>${entry('events', 'Events', events.length)}${entry('models', 'Models', others.length)}</ul>
<p>For programs</p>
<ul><li><a href="openapi.json">OpenAPI</a></li><li><a href="asyncapi.json">AsyncAPI</a></li><li><a href="api-docs/resources.json">Swagger</a></li></ul>
</nav>
<main id="content" tabindex="-1">
<h1>${TITLE}</h1>
<p class="quiet">Version ${context.version}, at <code>${context.baseUrl}</code></p>
<p>Say who you are with Basic authentication, a token, or with <code>api_key=user:password</code> in the address. What is
refused is answered with <code>message</code> in words and <code>code</code> to test for.</p>
${resources.map((each) => resourceSection(each, context))}
<h2 id="events">Events</h2>
<p>What comes over the socket that <a href="#events.eventWebsocket"><code>/events</code></a> opens.</p>
${events.map(model)}
<h2 id="models">Models</h2>
${others.map(model)}
</main>
</div>
</body>
</html>
`.text;
}

/** Beside what Asterisk does not have. */
function extensionMark(spec: { readonly extension?: true }): Markup | undefined {
  return spec.extension === true ? html` <span class="mark">not in Asterisk</span>` : undefined;
}

function entry(id: string, name: string, count: number): Markup {
  return html`<li><a href="#${id}">${name} <span class="count">${count}</span></a></li>`;
}

function resourceSection({ name, operations }: ResourceSpec, { missing }: DocumentContext): Markup {
  return html`<h2 id="r-${name}">${name}</h2>
${operations.map((each) => operation(name, each, missing.has(`${name}.${each.id}`)))}`;
}

function operation(resource: string, spec: OperationSpec, notBuilt: boolean): Markup {
  const { id, method, path, summary, parameters = [], result, errors = [] } = spec;
  return html`<details id="${resource}.${id}">
<summary><span class="method ${method}">${method}</span><span class="path">${path}${notBuilt ? html` <span class="mark">not built yet</span>` : undefined}</span><span class="about">${sentence(summary)}</span></summary>
<div class="inside">
${
  parameters.length > 0
    ? html`<h3>Parameters</h3>
<div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${parameters.map((each) => parameter(resource, id, each))}</tbody></table></div>`
    : undefined
}
<h3>Answer</h3>
<p>${typeLink(result)}${errors.length > 0 ? html`; refused with ${errors.map((each, at) => html`${at > 0 ? ', ' : ''}${each} ${STATUS_CODES[each]}`)}` : undefined}</p>
<p class="quiet">Known as <code>${resource}.${id}</code></p>
</div>
</details>
`;
}

function parameter(resource: string, operationId: string, spec: ParameterSpec): Markup {
  const { name, type, values, min, max } = spec;
  const notes = [
    values && `One of ${values.join(', ')}.`,
    min !== undefined && (max === undefined ? `At least ${min}.` : `${min} to ${max}.`),
    spec.default !== undefined && `Without it: ${spec.default}.`,
    spec.multiple && 'Several with commas between them.',
  ].filter((each) => typeof each === 'string');
  const needed = spec.required === true || spec.in === 'path';
  return html`<tr><th scope="row"><code>${name}</code>${needed ? html` <span class="mark">required</span>` : undefined}${extensionMark(spec)}</th><td>${spec.in}</td><td>${typeLink(spec.holds ?? type)}</td><td>${sentence(parameterDoc(resource, operationId, name))} <span class="quiet">${notes.join(' ')}</span></td></tr>`;
}

function model(name: string): Markup {
  const spec = models[name];
  if (spec === undefined) return html``;
  const base = baseOf(name);
  return html`<section class="model" id="m-${name}" aria-labelledby="h-${name}">
<h3 id="h-${name}">${name}${extensionMark(spec)}</h3>
<p>${sentence(spec.summary)}${base === undefined ? undefined : html` Has all of ${typeLink(base)}.`}</p>
${properties(spec)}
</section>
`;
}

function properties({ properties }: ModelSpec): Markup | undefined {
  const rows = Object.entries(properties);
  if (rows.length === 0) return undefined;
  const anyValues = rows.some(([, { values }]) => values !== undefined);
  return html`<div class="scroll"><table><thead><tr><th scope="col">Member</th><th scope="col">Type</th>${anyValues ? html`<th scope="col">Values</th>` : undefined}</tr></thead>
<tbody>${rows.map(
    ([name, each]) =>
      html`<tr><th scope="row"><code>${name}</code>${each.required ? undefined : html` <span class="mark">optional</span>`}${extensionMark(each)}</th><td>${typeLink(each.type)}</td>${anyValues ? html`<td>${each.values?.join(', ')}</td>` : undefined}</tr>`,
  )}</tbody></table></div>`;
}

/** A sentence of the tables: what stands between backticks is code. */
function sentence(text: string): Markup {
  const parts = text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
  return html`${parts}`;
}

/** A type, its model a link to where it is described. */
function typeLink(type: string): Markup {
  const parts: (Markup | string)[] = [];
  let at = 0;
  for (const match of type.matchAll(MODEL)) {
    const [name] = match;
    parts.push(type.slice(at, match.index));
    parts.push(models[name] === undefined ? name : html`<a href="#m-${name}">${name}</a>`);
    at = match.index + name.length;
  }
  return html`<code>${parts}${type.slice(at)}</code>`;
}
