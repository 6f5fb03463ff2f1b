import { models } from '../models/index.ts';
import type { ModelSpec } from '../operation.ts';
import { sentence } from './document.ts';

/** A JSON Schema of draft 2020-12, in keywords that older drafts have too. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const LIST = /^List\[(\w+)\]$/;
const plain: ReadonlyMap<string, JsonSchema> = new Map<string, JsonSchema>([
  ['string', { type: 'string' }],
  ['int', { type: 'integer' }],
  ['long', { type: 'integer' }],
  ['double', { type: 'number' }],
  ['boolean', { type: 'boolean' }],
  ['object', { type: 'object' }],
  ['containers', { type: 'object' }],
  // Not `format: date-time`: the offset has no colon, which RFC 3339 §5.6 asks for.
  ['Date', { type: 'string', examples: ['2026-11-21T00:40:07.103+0000'] }],
]);

/** The schema of a type of the table; models are referred to in `#/components/schemas`. */
export function typeSchema(type: string): JsonSchema {
  const item = LIST.exec(type)?.[1];
  if (item !== undefined) return { type: 'array', items: typeSchema(item) };
  return plain.get(type) ?? { $ref: `#/components/schemas/${type}` };
}

/** The model that this one adds to. */
export function baseOf(name: string): string | undefined {
  const base = models[name]?.base;
  if (base !== undefined) return base;
  return Object.entries(models).find(([, model]) => model.subTypes?.includes(name) === true)?.[0];
}

/** Names of the models that a message over an event socket may be, without those that only others build on. */
export function messageNames(base = 'Message'): string[] {
  const more = Object.keys(models).filter((each) => models[each]?.base === base);
  return [...(models[base]?.subTypes ?? []), ...more].flatMap((each) =>
    models[each]?.subTypes === undefined ? [each] : messageNames(each),
  );
}

/** Every model as a schema. A message is told from others by its `type`. */
export function modelSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(models).map(([name, model]) => [name, modelSchema(name, model)]));
}

function modelSchema(name: string, model: ModelSpec): JsonSchema {
  const base = baseOf(name);
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [property, spec] of Object.entries(model.properties)) {
    properties[property] = { ...typeSchema(spec.type), ...(spec.values && { enum: spec.values }) };
    if (spec.required === true) required.push(property);
  }
  if (base !== undefined && model.subTypes === undefined) properties.type = { const: name };
  const own: JsonSchema = { type: 'object', ...(required.length > 0 && { required }), properties };
  if (base === undefined) return { description: sentence(model.summary, model), ...own };
  return {
    description: sentence(model.summary, model),
    allOf: [{ $ref: `#/components/schemas/${base}` }, own],
  };
}
