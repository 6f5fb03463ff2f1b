import type { ModelSpec } from '../operation.ts';

export const asteriskModels = {
  BuildInfo: {
    resource: 'asterisk',
    summary: 'How the server was built.',
    properties: {
      os: { type: 'string', required: true },
      kernel: { type: 'string', required: true },
      options: { type: 'string', required: true },
      machine: { type: 'string', required: true },
      date: { type: 'string', required: true },
      user: { type: 'string', required: true },
    },
  },
  SystemInfo: {
    resource: 'asterisk',
    summary: 'Version and id of the server.',
    properties: {
      version: { type: 'string', required: true },
      entity_id: { type: 'string', required: true },
    },
  },
  SetId: {
    resource: 'asterisk',
    summary: 'The user and group that the server runs as.',
    properties: {
      user: { type: 'string', required: true },
      group: { type: 'string', required: true },
    },
  },
  ConfigInfo: {
    resource: 'asterisk',
    summary: 'What the server is called and limited to.',
    properties: {
      name: { type: 'string', required: true },
      default_language: { type: 'string', required: true },
      max_channels: { type: 'int' },
      max_open_files: { type: 'int' },
      max_load: { type: 'double' },
      setid: { type: 'SetId', required: true },
    },
  },
  StatusInfo: {
    resource: 'asterisk',
    summary: 'When the server started and reloaded.',
    properties: {
      startup_time: { type: 'Date', required: true },
      last_reload_time: { type: 'Date', required: true },
    },
  },
  AsteriskInfo: {
    resource: 'asterisk',
    summary: 'What the server is; parts that were not asked for are absent.',
    properties: {
      build: { type: 'BuildInfo' },
      system: { type: 'SystemInfo' },
      config: { type: 'ConfigInfo' },
      status: { type: 'StatusInfo' },
    },
  },
  AsteriskPing: {
    resource: 'asterisk',
    summary: 'A sign of life.',
    properties: {
      asterisk_id: { type: 'string', required: true },
      ping: { type: 'string', required: true },
      timestamp: { type: 'string', required: true },
    },
  },
  Module: {
    resource: 'asterisk',
    summary: 'A module and how it is doing.',
    properties: {
      name: { type: 'string', required: true },
      description: { type: 'string', required: true },
      use_count: { type: 'int', required: true },
      status: { type: 'string', required: true },
      support_level: { type: 'string', required: true },
    },
  },
  LogChannel: {
    resource: 'asterisk',
    summary: 'A place that log messages go to.',
    properties: {
      channel: { type: 'string', required: true },
      type: { type: 'string', required: true },
      status: { type: 'string', required: true },
      configuration: { type: 'string', required: true },
    },
  },
  Variable: {
    resource: 'asterisk',
    summary: 'The value of a variable.',
    properties: {
      value: { type: 'string', required: true },
    },
  },
  Variables: {
    resource: 'asterisk',
    summary: 'Values of several variables, by name.',
    properties: {
      variables: { type: 'object', required: true },
    },
  },
  ConfigTuple: {
    resource: 'asterisk',
    summary: 'One attribute of an object of dynamic configuration.',
    properties: {
      attribute: { type: 'string', required: true },
      value: { type: 'string', required: true },
    },
  },
} as const satisfies Record<string, ModelSpec>;
