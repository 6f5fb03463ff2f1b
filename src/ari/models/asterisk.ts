import type { ModelSpec } from '../operation.ts';

export const asteriskModels = {
  BuildInfo: {
    resource: 'asterisk',
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
    properties: {
      version: { type: 'string', required: true },
      entity_id: { type: 'string', required: true },
    },
  },
  SetId: {
    resource: 'asterisk',
    properties: {
      user: { type: 'string', required: true },
      group: { type: 'string', required: true },
    },
  },
  ConfigInfo: {
    resource: 'asterisk',
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
    properties: {
      startup_time: { type: 'Date', required: true },
      last_reload_time: { type: 'Date', required: true },
    },
  },
  AsteriskInfo: {
    resource: 'asterisk',
    properties: {
      build: { type: 'BuildInfo' },
      system: { type: 'SystemInfo' },
      config: { type: 'ConfigInfo' },
      status: { type: 'StatusInfo' },
    },
  },
  AsteriskPing: {
    resource: 'asterisk',
    properties: {
      asterisk_id: { type: 'string', required: true },
      ping: { type: 'string', required: true },
      timestamp: { type: 'string', required: true },
    },
  },
  Module: {
    resource: 'asterisk',
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
    properties: {
      channel: { type: 'string', required: true },
      type: { type: 'string', required: true },
      status: { type: 'string', required: true },
      configuration: { type: 'string', required: true },
    },
  },
  Variable: {
    resource: 'asterisk',
    properties: {
      value: { type: 'string', required: true },
    },
  },
  Variables: {
    resource: 'asterisk',
    properties: {
      variables: { type: 'object', required: true },
    },
  },
  ConfigTuple: {
    resource: 'asterisk',
    properties: {
      attribute: { type: 'string', required: true },
      value: { type: 'string', required: true },
    },
  },
} as const satisfies Record<string, ModelSpec>;
