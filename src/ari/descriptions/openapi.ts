import { STATUS_CODES } from 'node:http';
import type { OperationSpec, ParameterSpec } from '../operation.ts';
import type { ResourceSpec } from '../operations/index.ts';
import { parameterDoc } from '../operations/parameter-docs.ts';
import { type DocumentContext, LICENSE, sentence, served, TITLE } from './document.ts';
import { type JsonSchema, modelSchemas, typeSchema } from './json-schema.ts';

const VERSION = '3.1.0';
const JSON_TYPE = 'application/json';
/** Refusals that every operation shares. */
const COMMON_ERRORS = [401, 403] as const;
const errorSchema: JsonSchema = {
  description: 'Why a request was refused.',
  type: 'object',
  required: ['message'],
  properties: {
    message: { type: 'string', description: 'What went wrong, in words.' },
    code: { type: 'string', description: 'A stable name to test for.' },
    field: { type: 'string', description: 'The field that was refused.' },
    detail: { type: 'string' },
    hint: { type: 'string', description: 'What to do about it.' },
  },
};

/** The operations and models as an OpenAPI 3.1 document. */
export function openApi(context: DocumentContext): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  const resources = served(context);
  for (const resource of resources) {
    for (const spec of resource.operations) {
      const item = paths[spec.path] ?? {};
      item[spec.method.toLowerCase()] = operation(resource, spec, context);
      paths[spec.path] = item;
    }
  }
  return {
    openapi: VERSION,
    info: {
      title: TITLE,
      version: context.version,
      description: 'Operations of ARI. Events are described in asyncapi.json, beside this document.',
      license: { name: LICENSE.name, identifier: LICENSE.name },
    },
    servers: [{ url: context.baseUrl }],
    security: [{ basic: [] }, { bearer: [] }, { apiKey: [] }],
    tags: resources.map(({ name }) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        bearer: { type: 'http', scheme: 'bearer', description: 'A token. Not in Asterisk.' },
        apiKey: {
          type: 'apiKey',
          in: 'query',
          name: 'api_key',
          description: 'user:password, or a token.',
        },
      },
      responses: Object.fromEntries(
        statuses(resources).map((status) => [
          refusalName(status),
          {
            description: STATUS_CODES[status] ?? '',
            content: { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/Error' } } },
          },
        ]),
      ),
      schemas: { Error: errorSchema, ...modelSchemas() },
    },
  };
}

const NOT_BUILT = 501;
const refusalName = (status: number) => `Refused${status}`;
const refusal = (status: number) =>
  [String(status), { $ref: `#/components/responses/${refusalName(status)}` }] as const;

function statuses(resources: readonly ResourceSpec[]): number[] {
  const found = new Set<number>([...COMMON_ERRORS, NOT_BUILT]);
  for (const { operations } of resources)
    for (const { errors } of operations) for (const status of errors ?? []) found.add(status);
  return [...found].sort();
}

function operation(resource: ResourceSpec, spec: OperationSpec, { missing }: DocumentContext): JsonSchema {
  const key = `${resource.name}.${spec.id}`;
  const notBuilt = missing.has(key);
  const given = spec.parameters ?? [];
  const outside = given.filter((each) => each.in !== 'body');
  const errors = new Set([...COMMON_ERRORS, ...(spec.errors ?? []), ...(notBuilt ? [NOT_BUILT] : [])]);
  const body = requestBody(resource.name, spec);
  return {
    tags: [resource.name],
    operationId: key,
    summary: spec.summary,
    ...(notBuilt && { description: 'Not built yet: answers 501.' }),
    ...(outside.length > 0 && { parameters: outside.map((each) => parameter(resource.name, spec.id, each)) }),
    ...(body && { requestBody: body }),
    responses: { ...success(spec), ...Object.fromEntries([...errors].sort().map(refusal)) },
  };
}

function parameter(resource: string, operationId: string, spec: ParameterSpec): JsonSchema {
  const schema = {
    ...typeSchema(spec.type),
    ...(spec.values && { enum: spec.values }),
    ...(spec.min !== undefined && { minimum: spec.min }),
    ...(spec.max !== undefined && { maximum: spec.max }),
    ...(spec.default !== undefined && { default: spec.default }),
  };
  return {
    name: spec.name,
    in: spec.in,
    description: sentence(parameterDoc(resource, operationId, spec.name), spec),
    ...((spec.required === true || spec.in === 'path') && { required: true }),
    // Commas, which the original reads too; of a parameter that is given twice it takes the last.
    ...(spec.multiple === true
      ? { style: 'form', explode: false, schema: { type: 'array', items: schema } }
      : { schema }),
  };
}

/** `containers` are members of the body; an `object` is the body. */
function requestBody(resource: string, spec: OperationSpec): JsonSchema | undefined {
  const inside = (spec.parameters ?? []).filter((each) => each.in === 'body');
  if (inside.length === 0) return undefined;
  const members = inside.map((each) => {
    const description = parameterDoc(resource, spec.id, each.name);
    return [each, { ...typeSchema(each.holds ?? each.type), description }] as const;
  });
  const whole = members.find(([each]) => each.type === 'object');
  const schema = whole?.[1] ?? {
    type: 'object',
    properties: Object.fromEntries(members.map(([each, described]) => [each.name, described])),
  };
  return { content: { [JSON_TYPE]: { schema } } };
}

function success({ result, upgrade, success }: OperationSpec): Record<string, JsonSchema> {
  if (upgrade !== undefined) {
    return { '101': { description: 'The WebSocket is open; see asyncapi.json for what comes.' } };
  }
  if (result === 'void')
    return { [success ?? 204]: { description: success === 202 ? 'Accepted.' : 'Done.' } };
  const content =
    result === 'binary'
      ? { 'application/octet-stream': { schema: {} } }
      : { [JSON_TYPE]: { schema: typeSchema(result) } };
  return { [success ?? 200]: { description: 'Done.', content } };
}
