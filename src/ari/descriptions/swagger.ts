import { STATUS_CODES } from 'node:http';
import { models } from '../models/index.ts';
import type { OperationSpec } from '../operation.ts';
import { type ResourceSpec, resources } from '../operations/index.ts';
import { parameterDoc } from '../operations/parameter-docs.ts';

/** Swagger 1.x as old clients read it before anything else: an index and one declaration for each resource. What Asterisk does not have is not in it. */
const API_VERSIONS = { index: '10.0.0', resource: '2.0.0', swagger: '1.1' } as const;
/** The declaration with subtypes is a version ahead of its sisters. */
const SWAGGER_OF_EVENTS = '1.2';

const known = resources.filter((each) => each.extension !== true);

/** `/api-docs/<name>.json`; undefined when there is no such description. */
export function apiDocs(
  name: string,
  baseUrl: string,
  running: (module: string) => boolean,
): object | undefined {
  if (name === 'resources.json') {
    return {
      apiVersion: API_VERSIONS.index,
      swaggerVersion: API_VERSIONS.swagger,
      basePath: baseUrl,
      apis: known.map((each) => ({
        path: `/api-docs/${each.name}.{format}`,
        description: `Operations on ${each.name}`,
      })),
    };
  }
  const resource = known.find((each) => `${each.name}.json` === name);
  return resource === undefined ? undefined : declaration(resource, baseUrl, running);
}

function declaration(resource: ResourceSpec, baseUrl: string, running: (module: string) => boolean): object {
  const paths = new Map<string, OperationSpec[]>();
  if (running(resource.module)) {
    for (const operation of resource.operations) {
      const known = paths.get(operation.path);
      if (known === undefined) paths.set(operation.path, [operation]);
      else known.push(operation);
    }
  }
  return {
    apiVersion: API_VERSIONS.resource,
    swaggerVersion: resource.name === 'events' ? SWAGGER_OF_EVENTS : API_VERSIONS.swagger,
    basePath: baseUrl,
    resourcePath: `/api-docs/${resource.name}.{format}`,
    apis: [...paths].map(([path, operations]) => ({
      path,
      description: resource.name,
      operations: operations.map((each) => swagger(resource.name, each)),
    })),
    models: Object.fromEntries(
      Object.entries(models)
        .filter(([, model]) => model.resource === resource.name && model.extension !== true)
        .map(([id, model]) => [
          id,
          {
            id,
            description: model.summary,
            ...(model.subTypes === undefined ? {} : { subTypes: model.subTypes }),
            ...(model.discriminator === undefined ? {} : { discriminator: model.discriminator }),
            properties: Object.fromEntries(
              Object.entries(model.properties)
                .filter(([, spec]) => spec.extension !== true)
                .map(([property, spec]) => [
                  property,
                  {
                    type: spec.type,
                    required: spec.required === true,
                    ...(spec.values === undefined
                      ? {}
                      : { allowableValues: { valueType: 'LIST', values: spec.values } }),
                  },
                ]),
            ),
          },
        ]),
    ),
  };
}

function swagger(resource: string, operation: OperationSpec): object {
  return {
    httpMethod: operation.method,
    summary: operation.summary,
    nickname: operation.id,
    responseClass: operation.result,
    ...(operation.upgrade === undefined ? {} : { upgrade: operation.upgrade, websocketProtocol: 'ari' }),
    parameters: (operation.parameters ?? [])
      .filter((each) => each.extension !== true)
      .map((each) => ({
        name: each.name,
        description: parameterDoc(resource, operation.id, each.name),
        paramType: each.in,
        dataType: each.type,
        required: each.required === true,
        allowMultiple: each.multiple === true,
        ...(each.default === undefined ? {} : { defaultValue: each.default }),
        ...(each.values === undefined ? {} : { allowableValues: { valueType: 'LIST', values: each.values } }),
        ...(each.min === undefined
          ? {}
          : {
              allowableValues: {
                valueType: 'RANGE',
                min: each.min,
                ...(each.max === undefined ? {} : { max: each.max }),
              },
            }),
      })),
    errorResponses: (operation.errors ?? []).map((code) => ({ code, reason: STATUS_CODES[code] ?? '' })),
  };
}
