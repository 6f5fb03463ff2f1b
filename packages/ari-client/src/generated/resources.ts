// Made by tools/make-ari-client.mjs from the tables of the server. Do not edit.
import type { CallOptions, Requester } from '../request.ts';
import type {
  Application,
  AsteriskInfo,
  AsteriskPing,
  Bridge,
  Channel,
  ConfigTuple,
  DeviceState,
  Endpoint,
  LiveRecording,
  LogChannel,
  Mailbox,
  Module,
  NewToken,
  Playback,
  RTPstat,
  Sound,
  StoredRecording,
  Token,
  Variable,
  Variables,
} from './models.ts';

/** Parameters of `asterisk.getObject`. */
export interface AsteriskGetObjectParameters {
  /** Module that the type of objects belongs to, such as res_pjsip. */
  readonly configClass: string;
  /** Type of the object, such as endpoint. */
  readonly objectType: string;
  /** Id of the object. */
  readonly id: string;
}

/** Parameters of `asterisk.updateObject`. */
export interface AsteriskUpdateObjectParameters {
  /** Module that the type of objects belongs to, such as res_pjsip. */
  readonly configClass: string;
  /** Type of the object, such as endpoint. */
  readonly objectType: string;
  /** Id of the object. */
  readonly id: string;
  /** Attributes and their values. */
  readonly fields?: readonly ConfigTuple[] | undefined;
}

/** Parameters of `asterisk.deleteObject`. */
export interface AsteriskDeleteObjectParameters {
  /** Module that the type of objects belongs to, such as res_pjsip. */
  readonly configClass: string;
  /** Type of the object, such as endpoint. */
  readonly objectType: string;
  /** Id of the object. */
  readonly id: string;
}

/** Parameters of `asterisk.getInfo`. */
export interface AsteriskGetInfoParameters {
  /** Parts that are wanted; all when it is absent. */
  readonly only?:
    | 'build'
    | 'system'
    | 'config'
    | 'status'
    | readonly ('build' | 'system' | 'config' | 'status')[]
    | undefined;
}

/** Parameters of `asterisk.getModule`. */
export interface AsteriskGetModuleParameters {
  /** Name of the module. */
  readonly moduleName: string;
}

/** Parameters of `asterisk.loadModule`. */
export interface AsteriskLoadModuleParameters {
  /** Name of the module. */
  readonly moduleName: string;
}

/** Parameters of `asterisk.unloadModule`. */
export interface AsteriskUnloadModuleParameters {
  /** Name of the module. */
  readonly moduleName: string;
}

/** Parameters of `asterisk.reloadModule`. */
export interface AsteriskReloadModuleParameters {
  /** Name of the module. */
  readonly moduleName: string;
}

/** Parameters of `asterisk.addLog`. */
export interface AsteriskAddLogParameters {
  /** Name of the log channel. */
  readonly logChannelName: string;
  /** Levels that are logged, with commas between them. */
  readonly configuration: string;
}

/** Parameters of `asterisk.deleteLog`. */
export interface AsteriskDeleteLogParameters {
  /** Name of the log channel. */
  readonly logChannelName: string;
}

/** Parameters of `asterisk.rotateLog`. */
export interface AsteriskRotateLogParameters {
  /** Name of the log channel. */
  readonly logChannelName: string;
}

/** Parameters of `asterisk.getGlobalVar`. */
export interface AsteriskGetGlobalVarParameters {
  /** Name of a variable, or a function with its arguments. */
  readonly variable: string;
}

/** Parameters of `asterisk.setGlobalVar`. */
export interface AsteriskSetGlobalVarParameters {
  /** Name of a variable, or a function with its arguments. */
  readonly variable: string;
  /** Value that it takes; nothing removes it. */
  readonly value?: string | undefined;
}

/** Operations of `asterisk`. */
export class AsteriskResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** Read an object of dynamic configuration, every attribute of it. */
  getObject(parameters: AsteriskGetObjectParameters, options?: CallOptions): Promise<readonly ConfigTuple[]> {
    return this.#requester.send(
      {
        key: 'asterisk.getObject',
        method: 'GET',
        path: '/asterisk/config/dynamic/{configClass}/{objectType}/{id}',
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Create an object of dynamic configuration, or change the attributes that are given. */
  updateObject(
    parameters: AsteriskUpdateObjectParameters,
    options?: CallOptions,
  ): Promise<readonly ConfigTuple[]> {
    return this.#requester.send(
      {
        key: 'asterisk.updateObject',
        method: 'PUT',
        path: '/asterisk/config/dynamic/{configClass}/{objectType}/{id}',
        members: ['fields'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Remove an object of dynamic configuration. */
  deleteObject(parameters: AsteriskDeleteObjectParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'asterisk.deleteObject',
        method: 'DELETE',
        path: '/asterisk/config/dynamic/{configClass}/{objectType}/{id}',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** What this server is: build, system, configuration, uptime. */
  getInfo(parameters: AsteriskGetInfoParameters = {}, options?: CallOptions): Promise<AsteriskInfo> {
    return this.#requester.send(
      { key: 'asterisk.getInfo', method: 'GET', path: '/asterisk/info', query: ['only'], result: 'json' },
      parameters,
      options,
    );
  }

  /** Check that the server answers. */
  ping(options?: CallOptions): Promise<AsteriskPing> {
    return this.#requester.send(
      { key: 'asterisk.ping', method: 'GET', path: '/asterisk/ping', result: 'json' },
      {},
      options,
    );
  }

  /** List the modules and how they are doing. */
  listModules(options?: CallOptions): Promise<readonly Module[]> {
    return this.#requester.send(
      { key: 'asterisk.listModules', method: 'GET', path: '/asterisk/modules', result: 'json' },
      {},
      options,
    );
  }

  /** Read one module. */
  getModule(parameters: AsteriskGetModuleParameters, options?: CallOptions): Promise<Module> {
    return this.#requester.send(
      { key: 'asterisk.getModule', method: 'GET', path: '/asterisk/modules/{moduleName}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Load a module. */
  loadModule(parameters: AsteriskLoadModuleParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'asterisk.loadModule', method: 'POST', path: '/asterisk/modules/{moduleName}', result: 'none' },
      parameters,
      options,
    );
  }

  /** Unload a module. */
  unloadModule(parameters: AsteriskUnloadModuleParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'asterisk.unloadModule',
        method: 'DELETE',
        path: '/asterisk/modules/{moduleName}',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Let a module read its configuration again. */
  reloadModule(parameters: AsteriskReloadModuleParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'asterisk.reloadModule', method: 'PUT', path: '/asterisk/modules/{moduleName}', result: 'none' },
      parameters,
      options,
    );
  }

  /** List the log channels. */
  listLogChannels(options?: CallOptions): Promise<readonly LogChannel[]> {
    return this.#requester.send(
      { key: 'asterisk.listLogChannels', method: 'GET', path: '/asterisk/logging', result: 'json' },
      {},
      options,
    );
  }

  /** Add a log channel until the next restart. */
  addLog(parameters: AsteriskAddLogParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'asterisk.addLog',
        method: 'POST',
        path: '/asterisk/logging/{logChannelName}',
        query: ['configuration'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Remove a log channel. */
  deleteLog(parameters: AsteriskDeleteLogParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'asterisk.deleteLog',
        method: 'DELETE',
        path: '/asterisk/logging/{logChannelName}',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Begin a new file for a log channel. */
  rotateLog(parameters: AsteriskRotateLogParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'asterisk.rotateLog',
        method: 'PUT',
        path: '/asterisk/logging/{logChannelName}/rotate',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Read a global variable, or evaluate a function. */
  getGlobalVar(parameters: AsteriskGetGlobalVarParameters, options?: CallOptions): Promise<Variable> {
    return this.#requester.send(
      {
        key: 'asterisk.getGlobalVar',
        method: 'GET',
        path: '/asterisk/variable',
        query: ['variable'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Set a global variable. */
  setGlobalVar(parameters: AsteriskSetGlobalVarParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'asterisk.setGlobalVar',
        method: 'POST',
        path: '/asterisk/variable',
        query: ['variable', 'value'],
        result: 'none',
      },
      parameters,
      options,
    );
  }
}

/** Parameters of `endpoints.sendMessage`. */
export interface EndpointsSendMessageParameters {
  /** Who it is for: a URI or an endpoint. */
  readonly to: string;
  /** Who it is from, as a URI. */
  readonly from: string;
  /** Text of the message. */
  readonly body?: string | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Parameters of `endpoints.refer`. */
export interface EndpointsReferParameters {
  /** Who it is for: a URI or an endpoint. */
  readonly to: string;
  /** Who it is from, as a URI. */
  readonly from: string;
  /** What is referred to: a URI or an endpoint. */
  readonly refer_to: string;
  /** Refer to the endpoint itself. */
  readonly to_self?: boolean | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Parameters of `endpoints.listByTech`. */
export interface EndpointsListByTechParameters {
  /** Technology of the endpoint. */
  readonly tech: string;
}

/** Parameters of `endpoints.get`. */
export interface EndpointsGetParameters {
  /** Technology of the endpoint. */
  readonly tech: string;
  /** Name of the endpoint. */
  readonly resource: string;
}

/** Parameters of `endpoints.sendMessageToEndpoint`. */
export interface EndpointsSendMessageToEndpointParameters {
  /** Technology of the endpoint. */
  readonly tech: string;
  /** Name of the endpoint. */
  readonly resource: string;
  /** Who it is from, as a URI. */
  readonly from: string;
  /** Text of the message. */
  readonly body?: string | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Parameters of `endpoints.referToEndpoint`. */
export interface EndpointsReferToEndpointParameters {
  /** Technology of the endpoint. */
  readonly tech: string;
  /** Name of the endpoint. */
  readonly resource: string;
  /** Who it is from, as a URI. */
  readonly from: string;
  /** What is referred to: a URI or an endpoint. */
  readonly refer_to: string;
  /** Refer to the endpoint itself. */
  readonly to_self?: boolean | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Operations of `endpoints`. */
export class EndpointsResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List the endpoints of all technologies. */
  list(options?: CallOptions): Promise<readonly Endpoint[]> {
    return this.#requester.send(
      { key: 'endpoints.list', method: 'GET', path: '/endpoints', result: 'json' },
      {},
      options,
    );
  }

  /** Send a text message to a URI or to an endpoint. */
  sendMessage(parameters: EndpointsSendMessageParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'endpoints.sendMessage',
        method: 'PUT',
        path: '/endpoints/sendMessage',
        query: ['to', 'from', 'body'],
        members: ['variables'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Ask the far end at a URI or endpoint to refer to something else. */
  refer(parameters: EndpointsReferParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'endpoints.refer',
        method: 'POST',
        path: '/endpoints/refer',
        query: ['to', 'from', 'refer_to', 'to_self'],
        members: ['variables'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** List the endpoints of one technology. */
  listByTech(parameters: EndpointsListByTechParameters, options?: CallOptions): Promise<readonly Endpoint[]> {
    return this.#requester.send(
      { key: 'endpoints.listByTech', method: 'GET', path: '/endpoints/{tech}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Read one endpoint. */
  get(parameters: EndpointsGetParameters, options?: CallOptions): Promise<Endpoint> {
    return this.#requester.send(
      { key: 'endpoints.get', method: 'GET', path: '/endpoints/{tech}/{resource}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Send a text message to this endpoint. */
  sendMessageToEndpoint(
    parameters: EndpointsSendMessageToEndpointParameters,
    options?: CallOptions,
  ): Promise<void> {
    return this.#requester.send(
      {
        key: 'endpoints.sendMessageToEndpoint',
        method: 'PUT',
        path: '/endpoints/{tech}/{resource}/sendMessage',
        query: ['from', 'body'],
        members: ['variables'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Ask this endpoint to refer to something else. */
  referToEndpoint(parameters: EndpointsReferToEndpointParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'endpoints.referToEndpoint',
        method: 'POST',
        path: '/endpoints/{tech}/{resource}/refer',
        query: ['from', 'refer_to', 'to_self'],
        members: ['variables'],
        result: 'none',
      },
      parameters,
      options,
    );
  }
}

/** Parameters of `channels.originate`. */
export interface ChannelsOriginateParameters {
  /** What to call, as technology/resource. */
  readonly endpoint: string;
  /** Extension of the dial plan. */
  readonly extension?: string | undefined;
  /** Context of the dial plan. */
  readonly context?: string | undefined;
  /** Priority in the extension. */
  readonly priority?: number | undefined;
  /** Label in the extension; goes before the priority. */
  readonly label?: string | undefined;
  /** Application that the channel enters. */
  readonly app?: string | undefined;
  /** Arguments for the application, with commas between them. */
  readonly appArgs?: string | undefined;
  /** Caller id: a number, or a name with the number in angle brackets. */
  readonly callerId?: string | undefined;
  /** Seconds to wait for an answer; -1 or 0 for no limit. */
  readonly timeout?: number | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** Id of the channel. */
  readonly channelId?: string | undefined;
  /** Id of the second half, where a technology makes two channels. */
  readonly otherChannelId?: string | undefined;
  /** Id of the channel that asks for the call. */
  readonly originator?: string | undefined;
  /** Formats that may be offered, with commas between them. */
  readonly formats?: string | undefined;
}

/** Parameters of `channels.create`. */
export interface ChannelsCreateParameters {
  /** What to call, as technology/resource. */
  readonly endpoint: string;
  /** Application that the channel enters. */
  readonly app: string;
  /** Arguments for the application, with commas between them. */
  readonly appArgs?: string | undefined;
  /** Id of the channel. */
  readonly channelId?: string | undefined;
  /** Id of the second half, where a technology makes two channels. */
  readonly otherChannelId?: string | undefined;
  /** Id of the channel that asks for the call. */
  readonly originator?: string | undefined;
  /** Formats that may be offered, with commas between them. */
  readonly formats?: string | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Parameters of `channels.get`. */
export interface ChannelsGetParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.originateWithId`. */
export interface ChannelsOriginateWithIdParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** What to call, as technology/resource. */
  readonly endpoint: string;
  /** Extension of the dial plan. */
  readonly extension?: string | undefined;
  /** Context of the dial plan. */
  readonly context?: string | undefined;
  /** Priority in the extension. */
  readonly priority?: number | undefined;
  /** Label in the extension; goes before the priority. */
  readonly label?: string | undefined;
  /** Application that the channel enters. */
  readonly app?: string | undefined;
  /** Arguments for the application, with commas between them. */
  readonly appArgs?: string | undefined;
  /** Caller id: a number, or a name with the number in angle brackets. */
  readonly callerId?: string | undefined;
  /** Seconds to wait for an answer; -1 or 0 for no limit. */
  readonly timeout?: number | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** Id of the second half, where a technology makes two channels. */
  readonly otherChannelId?: string | undefined;
  /** Id of the channel that asks for the call. */
  readonly originator?: string | undefined;
  /** Formats that may be offered, with commas between them. */
  readonly formats?: string | undefined;
}

/** Parameters of `channels.hangup`. */
export interface ChannelsHangupParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Why, by cause number or name; not together with `reason`. */
  readonly reason_code?: string | undefined;
  /** Why, by name; not together with `reason_code`. */
  readonly reason?:
    | 'normal'
    | 'busy'
    | 'congestion'
    | 'no_answer'
    | 'timeout'
    | 'rejected'
    | 'unallocated'
    | 'normal_unspecified'
    | 'number_incomplete'
    | 'codec_mismatch'
    | 'interworking'
    | 'failure'
    | 'answered_elsewhere'
    | undefined;
}

/** Parameters of `channels.continueInDialplan`. */
export interface ChannelsContinueInDialplanParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Context of the dial plan. */
  readonly context?: string | undefined;
  /** Extension of the dial plan. */
  readonly extension?: string | undefined;
  /** Priority in the extension. */
  readonly priority?: number | undefined;
  /** Label in the extension; goes before the priority. */
  readonly label?: string | undefined;
}

/** Parameters of `channels.move`. */
export interface ChannelsMoveParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Application that the channel enters. */
  readonly app: string;
  /** Arguments for the application, with commas between them. */
  readonly appArgs?: string | undefined;
}

/** Parameters of `channels.redirect`. */
export interface ChannelsRedirectParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** What to call, as technology/resource. */
  readonly endpoint: string;
}

/** Parameters of `channels.answer`. */
export interface ChannelsAnswerParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.ring`. */
export interface ChannelsRingParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.ringStop`. */
export interface ChannelsRingStopParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.progress`. */
export interface ChannelsProgressParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.sendDTMF`. */
export interface ChannelsSendDTMFParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Digits to send. */
  readonly dtmf?: string | undefined;
  /** Milliseconds to wait before the digits. */
  readonly before?: number | undefined;
  /** Milliseconds between digits. */
  readonly between?: number | undefined;
  /** Milliseconds that each digit lasts. */
  readonly duration?: number | undefined;
  /** Milliseconds to wait after the digits. */
  readonly after?: number | undefined;
}

/** Parameters of `channels.mute`. */
export interface ChannelsMuteParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Direction of the audio, as the channel sees it. */
  readonly direction?: 'both' | 'in' | 'out' | undefined;
}

/** Parameters of `channels.unmute`. */
export interface ChannelsUnmuteParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Direction of the audio, as the channel sees it. */
  readonly direction?: 'both' | 'in' | 'out' | undefined;
}

/** Parameters of `channels.hold`. */
export interface ChannelsHoldParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.unhold`. */
export interface ChannelsUnholdParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.startMoh`. */
export interface ChannelsStartMohParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Class of music on hold. */
  readonly mohClass?: string | undefined;
}

/** Parameters of `channels.stopMoh`. */
export interface ChannelsStopMohParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.startSilence`. */
export interface ChannelsStartSilenceParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.stopSilence`. */
export interface ChannelsStopSilenceParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.play`. */
export interface ChannelsPlayParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** URIs of what is played, one after the other, such as sound:hello. */
  readonly media: string | readonly string[];
  /** Language of sounds. */
  readonly lang?: string | undefined;
  /** Milliseconds from the beginning at which it starts. */
  readonly offsetms?: number | undefined;
  /** Milliseconds that forward and reverse move by. */
  readonly skipms?: number | undefined;
  /** Id of the playback. */
  readonly playbackId?: string | undefined;
}

/** Parameters of `channels.playWithId`. */
export interface ChannelsPlayWithIdParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Id of the playback. */
  readonly playbackId: string;
  /** URIs of what is played, one after the other, such as sound:hello. */
  readonly media: string | readonly string[];
  /** Language of sounds. */
  readonly lang?: string | undefined;
  /** Milliseconds from the beginning at which it starts. */
  readonly offsetms?: number | undefined;
  /** Milliseconds that forward and reverse move by. */
  readonly skipms?: number | undefined;
}

/** Parameters of `channels.record`. */
export interface ChannelsRecordParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Name of the recording. */
  readonly name: string;
  /** Format of the audio. */
  readonly format: string;
  /** Longest recording, in seconds; 0 for no limit. */
  readonly maxDurationSeconds?: number | undefined;
  /** Silence that ends the recording, in seconds; 0 for no limit. */
  readonly maxSilenceSeconds?: number | undefined;
  /** What happens when there is a recording of this name. */
  readonly ifExists?: 'fail' | 'overwrite' | 'append' | undefined;
  /** Play a beep before it begins. */
  readonly beep?: boolean | undefined;
  /** Digit that ends the recording. */
  readonly terminateOn?: 'none' | 'any' | '*' | '#' | undefined;
}

/** Parameters of `channels.getChannelVar`. */
export interface ChannelsGetChannelVarParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Name of a variable, or a function with its arguments. */
  readonly variable: string;
}

/** Parameters of `channels.setChannelVar`. */
export interface ChannelsSetChannelVarParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Name of a variable, or a function with its arguments. */
  readonly variable: string;
  /** Value that it takes; nothing removes it. */
  readonly value?: string | undefined;
  /** Tell applications with a ChannelVarset event from now on. */
  readonly report_events?: boolean | undefined;
}

/** Parameters of `channels.getChannelVars`. */
export interface ChannelsGetChannelVarsParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Names of variables. */
  readonly variables: string | readonly string[];
}

/** Parameters of `channels.setChannelVars`. */
export interface ChannelsSetChannelVarsParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Values by name. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Parameters of `channels.snoopChannel`. */
export interface ChannelsSnoopChannelParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Audio that is listened to. */
  readonly spy?: 'none' | 'both' | 'out' | 'in' | undefined;
  /** Audio that is mixed in. */
  readonly whisper?: 'none' | 'both' | 'out' | 'in' | undefined;
  /** Application that the channel enters. */
  readonly app: string;
  /** Arguments for the application, with commas between them. */
  readonly appArgs?: string | undefined;
  /** Id of the new channel. */
  readonly snoopId?: string | undefined;
}

/** Parameters of `channels.snoopChannelWithId`. */
export interface ChannelsSnoopChannelWithIdParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Id of the new channel. */
  readonly snoopId: string;
  /** Audio that is listened to. */
  readonly spy?: 'none' | 'both' | 'out' | 'in' | undefined;
  /** Audio that is mixed in. */
  readonly whisper?: 'none' | 'both' | 'out' | 'in' | undefined;
  /** Application that the channel enters. */
  readonly app: string;
  /** Arguments for the application, with commas between them. */
  readonly appArgs?: string | undefined;
}

/** Parameters of `channels.dial`. */
export interface ChannelsDialParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Id of the channel that is calling. */
  readonly caller?: string | undefined;
  /** Seconds to wait for an answer; -1 or 0 for no limit. */
  readonly timeout?: number | undefined;
}

/** Parameters of `channels.rtpstatistics`. */
export interface ChannelsRtpstatisticsParameters {
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `channels.externalMedia`. */
export interface ChannelsExternalMediaParameters {
  /** Id of the channel. */
  readonly channelId?: string | undefined;
  /** Application that the channel enters. */
  readonly app: string;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** host:port of the other program. */
  readonly external_host?: string | undefined;
  /** How audio is packed. */
  readonly encapsulation?: 'rtp' | 'audiosocket' | 'none' | undefined;
  /** How packets travel. */
  readonly transport?: 'udp' | 'tcp' | 'websocket' | undefined;
  /** Whether this server connects, or waits for a connection. */
  readonly connection_type?: 'client' | 'server' | undefined;
  /** Format of the audio. */
  readonly format: string;
  /** Direction of the audio, as the channel sees it. */
  readonly direction?: 'both' | undefined;
  /** Data for the encapsulation: with audiosocket a UUID. */
  readonly data?: string | undefined;
  /** Data for the transport: with websocket parameters of its connection. */
  readonly transport_data?: string | undefined;
}

/** Parameters of `channels.transfer_progress`. */
export interface ChannelsTransfer_progressParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** How the transfer is going. */
  readonly states: string;
}

/** Operations of `channels`. */
export class ChannelsResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List the channels. */
  list(options?: CallOptions): Promise<readonly Channel[]> {
    return this.#requester.send(
      { key: 'channels.list', method: 'GET', path: '/channels', result: 'json' },
      {},
      options,
    );
  }

  /** Create a channel and call an endpoint with it. */
  originate(parameters: ChannelsOriginateParameters, options?: CallOptions): Promise<Channel> {
    return this.#requester.send(
      {
        key: 'channels.originate',
        method: 'POST',
        path: '/channels',
        query: [
          'endpoint',
          'extension',
          'context',
          'priority',
          'label',
          'app',
          'appArgs',
          'callerId',
          'timeout',
          'channelId',
          'otherChannelId',
          'originator',
          'formats',
        ],
        members: ['variables'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Create a channel that does not call yet; `dial` does. */
  create(parameters: ChannelsCreateParameters, options?: CallOptions): Promise<Channel> {
    return this.#requester.send(
      {
        key: 'channels.create',
        method: 'POST',
        path: '/channels/create',
        query: ['endpoint', 'app', 'appArgs', 'channelId', 'otherChannelId', 'originator', 'formats'],
        members: ['variables'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Read one channel. */
  get(parameters: ChannelsGetParameters, options?: CallOptions): Promise<Channel> {
    return this.#requester.send(
      { key: 'channels.get', method: 'GET', path: '/channels/{channelId}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Create a channel under an id of your choice and call an endpoint with it. */
  originateWithId(parameters: ChannelsOriginateWithIdParameters, options?: CallOptions): Promise<Channel> {
    return this.#requester.send(
      {
        key: 'channels.originateWithId',
        method: 'POST',
        path: '/channels/{channelId}',
        query: [
          'endpoint',
          'extension',
          'context',
          'priority',
          'label',
          'app',
          'appArgs',
          'callerId',
          'timeout',
          'otherChannelId',
          'originator',
          'formats',
        ],
        members: ['variables'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Hang up a channel. */
  hangup(parameters: ChannelsHangupParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.hangup',
        method: 'DELETE',
        path: '/channels/{channelId}',
        query: ['reason_code', 'reason'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Leave the application and go on in the dial plan. */
  continueInDialplan(parameters: ChannelsContinueInDialplanParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.continueInDialplan',
        method: 'POST',
        path: '/channels/{channelId}/continue',
        query: ['context', 'extension', 'priority', 'label'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Hand the channel over to another application. */
  move(parameters: ChannelsMoveParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.move',
        method: 'POST',
        path: '/channels/{channelId}/move',
        query: ['app', 'appArgs'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Send the caller to another place, by the means of the channel's technology. */
  redirect(parameters: ChannelsRedirectParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.redirect',
        method: 'POST',
        path: '/channels/{channelId}/redirect',
        query: ['endpoint'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Answer a channel. */
  answer(parameters: ChannelsAnswerParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'channels.answer', method: 'POST', path: '/channels/{channelId}/answer', result: 'none' },
      parameters,
      options,
    );
  }

  /** Let the caller hear ringing. */
  ring(parameters: ChannelsRingParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'channels.ring', method: 'POST', path: '/channels/{channelId}/ring', result: 'none' },
      parameters,
      options,
    );
  }

  /** Stop the ringing that the caller hears. */
  ringStop(parameters: ChannelsRingStopParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'channels.ringStop', method: 'DELETE', path: '/channels/{channelId}/ring', result: 'none' },
      parameters,
      options,
    );
  }

  /** Tell the caller that there is progress, so that early media may be heard. */
  progress(parameters: ChannelsProgressParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'channels.progress', method: 'POST', path: '/channels/{channelId}/progress', result: 'none' },
      parameters,
      options,
    );
  }

  /** Send digits to the far end. */
  sendDTMF(parameters: ChannelsSendDTMFParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.sendDTMF',
        method: 'POST',
        path: '/channels/{channelId}/dtmf',
        query: ['dtmf', 'before', 'between', 'duration', 'after'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Mute a channel. */
  mute(parameters: ChannelsMuteParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.mute',
        method: 'POST',
        path: '/channels/{channelId}/mute',
        query: ['direction'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** End the muting of a channel. */
  unmute(parameters: ChannelsUnmuteParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.unmute',
        method: 'DELETE',
        path: '/channels/{channelId}/mute',
        query: ['direction'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Put a channel on hold. */
  hold(parameters: ChannelsHoldParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'channels.hold', method: 'POST', path: '/channels/{channelId}/hold', result: 'none' },
      parameters,
      options,
    );
  }

  /** Take a channel off hold. */
  unhold(parameters: ChannelsUnholdParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'channels.unhold', method: 'DELETE', path: '/channels/{channelId}/hold', result: 'none' },
      parameters,
      options,
    );
  }

  /** Play music on hold to a channel. */
  startMoh(parameters: ChannelsStartMohParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.startMoh',
        method: 'POST',
        path: '/channels/{channelId}/moh',
        query: ['mohClass'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Stop the music on hold of a channel. */
  stopMoh(parameters: ChannelsStopMohParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'channels.stopMoh', method: 'DELETE', path: '/channels/{channelId}/moh', result: 'none' },
      parameters,
      options,
    );
  }

  /** Send silence to a channel, so that its media keep flowing. */
  startSilence(parameters: ChannelsStartSilenceParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'channels.startSilence', method: 'POST', path: '/channels/{channelId}/silence', result: 'none' },
      parameters,
      options,
    );
  }

  /** Stop sending silence. */
  stopSilence(parameters: ChannelsStopSilenceParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.stopSilence',
        method: 'DELETE',
        path: '/channels/{channelId}/silence',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Play media to a channel. */
  play(parameters: ChannelsPlayParameters, options?: CallOptions): Promise<Playback> {
    return this.#requester.send(
      {
        key: 'channels.play',
        method: 'POST',
        path: '/channels/{channelId}/play',
        query: ['media', 'lang', 'offsetms', 'skipms', 'playbackId'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Play media to a channel, under an id of your choice. */
  playWithId(parameters: ChannelsPlayWithIdParameters, options?: CallOptions): Promise<Playback> {
    return this.#requester.send(
      {
        key: 'channels.playWithId',
        method: 'POST',
        path: '/channels/{channelId}/play/{playbackId}',
        query: ['media', 'lang', 'offsetms', 'skipms'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Record what comes from a channel. */
  record(parameters: ChannelsRecordParameters, options?: CallOptions): Promise<LiveRecording> {
    return this.#requester.send(
      {
        key: 'channels.record',
        method: 'POST',
        path: '/channels/{channelId}/record',
        query: [
          'name',
          'format',
          'maxDurationSeconds',
          'maxSilenceSeconds',
          'ifExists',
          'beep',
          'terminateOn',
        ],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Read a variable of a channel, or evaluate a function for it. */
  getChannelVar(parameters: ChannelsGetChannelVarParameters, options?: CallOptions): Promise<Variable> {
    return this.#requester.send(
      {
        key: 'channels.getChannelVar',
        method: 'GET',
        path: '/channels/{channelId}/variable',
        query: ['variable'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Set a variable or function of a channel. */
  setChannelVar(parameters: ChannelsSetChannelVarParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.setChannelVar',
        method: 'POST',
        path: '/channels/{channelId}/variable',
        query: ['variable', 'value', 'report_events'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Read several variables of a channel at once. */
  getChannelVars(parameters: ChannelsGetChannelVarsParameters, options?: CallOptions): Promise<Variables> {
    return this.#requester.send(
      {
        key: 'channels.getChannelVars',
        method: 'GET',
        path: '/channels/{channelId}/variables',
        query: ['variables'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Set several variables of a channel at once. */
  setChannelVars(parameters: ChannelsSetChannelVarsParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.setChannelVars',
        method: 'POST',
        path: '/channels/{channelId}/variables',
        members: ['variables'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Listen to a channel, or whisper to it, with a new channel. */
  snoopChannel(parameters: ChannelsSnoopChannelParameters, options?: CallOptions): Promise<Channel> {
    return this.#requester.send(
      {
        key: 'channels.snoopChannel',
        method: 'POST',
        path: '/channels/{channelId}/snoop',
        query: ['spy', 'whisper', 'app', 'appArgs', 'snoopId'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Listen to a channel, or whisper to it, with a new channel under an id of your choice. */
  snoopChannelWithId(
    parameters: ChannelsSnoopChannelWithIdParameters,
    options?: CallOptions,
  ): Promise<Channel> {
    return this.#requester.send(
      {
        key: 'channels.snoopChannelWithId',
        method: 'POST',
        path: '/channels/{channelId}/snoop/{snoopId}',
        query: ['spy', 'whisper', 'app', 'appArgs'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Let a channel that was created call its endpoint. */
  dial(parameters: ChannelsDialParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.dial',
        method: 'POST',
        path: '/channels/{channelId}/dial',
        query: ['caller', 'timeout'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Read the RTP statistics of a channel. */
  rtpstatistics(parameters: ChannelsRtpstatisticsParameters, options?: CallOptions): Promise<RTPstat> {
    return this.#requester.send(
      {
        key: 'channels.rtpstatistics',
        method: 'GET',
        path: '/channels/{channelId}/rtp_statistics',
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Create a channel that exchanges its media with another program. */
  externalMedia(parameters: ChannelsExternalMediaParameters, options?: CallOptions): Promise<Channel> {
    return this.#requester.send(
      {
        key: 'channels.externalMedia',
        method: 'POST',
        path: '/channels/externalMedia',
        query: [
          'channelId',
          'app',
          'external_host',
          'encapsulation',
          'transport',
          'connection_type',
          'format',
          'direction',
          'data',
          'transport_data',
        ],
        members: ['variables'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Tell the far end how the transfer that it asked for is going. */
  transfer_progress(parameters: ChannelsTransfer_progressParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'channels.transfer_progress',
        method: 'POST',
        path: '/channels/{channelId}/transfer_progress',
        query: ['states'],
        result: 'none',
      },
      parameters,
      options,
    );
  }
}

/** Parameters of `bridges.create`. */
export interface BridgesCreateParameters {
  /** Types and qualities of the bridge, with commas between them, such as mixing,dtmf_events. */
  readonly type?: string | undefined;
  /** Id of the bridge. */
  readonly bridgeId?: string | undefined;
  /** A name for people. */
  readonly name?: string | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Parameters of `bridges.createWithId`. */
export interface BridgesCreateWithIdParameters {
  /** Types and qualities of the bridge, with commas between them, such as mixing,dtmf_events. */
  readonly type?: string | undefined;
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** A name for people. */
  readonly name?: string | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Parameters of `bridges.get`. */
export interface BridgesGetParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
}

/** Parameters of `bridges.destroy`. */
export interface BridgesDestroyParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
}

/** Parameters of `bridges.getBridgeVar`. */
export interface BridgesGetBridgeVarParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Name of a variable, or a function with its arguments. */
  readonly variable: string;
}

/** Parameters of `bridges.setBridgeVar`. */
export interface BridgesSetBridgeVarParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Name of a variable, or a function with its arguments. */
  readonly variable: string;
  /** Value that it takes; nothing removes it. */
  readonly value?: string | undefined;
  /** Tell applications with a ChannelVarset event from now on. */
  readonly report_events?: boolean | undefined;
}

/** Parameters of `bridges.getBridgeVars`. */
export interface BridgesGetBridgeVarsParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Names of variables. */
  readonly variables: string | readonly string[];
}

/** Parameters of `bridges.setBridgeVars`. */
export interface BridgesSetBridgeVarsParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Values by name. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Parameters of `bridges.addChannel`. */
export interface BridgesAddChannelParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Ids of channels. */
  readonly channel: string | readonly string[];
  /** Role of these channels in the bridge. */
  readonly role?: string | undefined;
  /** Keep digits of these channels from the others of the bridge. */
  readonly absorbDTMF?: boolean | undefined;
  /** Nobody in the bridge hears these channels. */
  readonly mute?: boolean | undefined;
  /** Do not tell these channels who joins and leaves. */
  readonly inhibitConnectedLineUpdates?: boolean | undefined;
}

/** Parameters of `bridges.removeChannel`. */
export interface BridgesRemoveChannelParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Ids of channels. */
  readonly channel: string | readonly string[];
}

/** Parameters of `bridges.setVideoSource`. */
export interface BridgesSetVideoSourceParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Id of the channel. */
  readonly channelId: string;
}

/** Parameters of `bridges.clearVideoSource`. */
export interface BridgesClearVideoSourceParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
}

/** Parameters of `bridges.startMoh`. */
export interface BridgesStartMohParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Class of music on hold. */
  readonly mohClass?: string | undefined;
}

/** Parameters of `bridges.stopMoh`. */
export interface BridgesStopMohParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
}

/** Parameters of `bridges.play`. */
export interface BridgesPlayParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** URIs of what is played, one after the other, such as sound:hello. */
  readonly media: string | readonly string[];
  /** Format of the channel that plays to the bridge. */
  readonly announcer_format?: string | undefined;
  /** Language of sounds. */
  readonly lang?: string | undefined;
  /** Milliseconds from the beginning at which it starts. */
  readonly offsetms?: number | undefined;
  /** Milliseconds that forward and reverse move by. */
  readonly skipms?: number | undefined;
  /** Id of the playback. */
  readonly playbackId?: string | undefined;
}

/** Parameters of `bridges.playWithId`. */
export interface BridgesPlayWithIdParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Id of the playback. */
  readonly playbackId: string;
  /** URIs of what is played, one after the other, such as sound:hello. */
  readonly media: string | readonly string[];
  /** Format of the channel that plays to the bridge. */
  readonly announcer_format?: string | undefined;
  /** Language of sounds. */
  readonly lang?: string | undefined;
  /** Milliseconds from the beginning at which it starts. */
  readonly offsetms?: number | undefined;
  /** Milliseconds that forward and reverse move by. */
  readonly skipms?: number | undefined;
}

/** Parameters of `bridges.record`. */
export interface BridgesRecordParameters {
  /** Id of the bridge. */
  readonly bridgeId: string;
  /** Name of the recording. */
  readonly name: string;
  /** Format of the audio. */
  readonly format: string;
  /** Format of the channel that records the bridge. */
  readonly recorder_format?: string | undefined;
  /** Longest recording, in seconds; 0 for no limit. */
  readonly maxDurationSeconds?: number | undefined;
  /** Silence that ends the recording, in seconds; 0 for no limit. */
  readonly maxSilenceSeconds?: number | undefined;
  /** What happens when there is a recording of this name. */
  readonly ifExists?: 'fail' | 'overwrite' | 'append' | undefined;
  /** Play a beep before it begins. */
  readonly beep?: boolean | undefined;
  /** Digit that ends the recording. */
  readonly terminateOn?: 'none' | 'any' | '*' | '#' | undefined;
}

/** Operations of `bridges`. */
export class BridgesResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List the bridges. */
  list(options?: CallOptions): Promise<readonly Bridge[]> {
    return this.#requester.send(
      { key: 'bridges.list', method: 'GET', path: '/bridges', result: 'json' },
      {},
      options,
    );
  }

  /** Create a bridge. */
  create(parameters: BridgesCreateParameters = {}, options?: CallOptions): Promise<Bridge> {
    return this.#requester.send(
      {
        key: 'bridges.create',
        method: 'POST',
        path: '/bridges',
        query: ['type', 'bridgeId', 'name'],
        members: ['variables'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Create a bridge under an id of your choice, or change the one that has it. */
  createWithId(parameters: BridgesCreateWithIdParameters, options?: CallOptions): Promise<Bridge> {
    return this.#requester.send(
      {
        key: 'bridges.createWithId',
        method: 'POST',
        path: '/bridges/{bridgeId}',
        query: ['type', 'name'],
        members: ['variables'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Read one bridge. */
  get(parameters: BridgesGetParameters, options?: CallOptions): Promise<Bridge> {
    return this.#requester.send(
      { key: 'bridges.get', method: 'GET', path: '/bridges/{bridgeId}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Destroy a bridge; its channels stay with the application. */
  destroy(parameters: BridgesDestroyParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'bridges.destroy', method: 'DELETE', path: '/bridges/{bridgeId}', result: 'none' },
      parameters,
      options,
    );
  }

  /** Read a variable of a bridge. */
  getBridgeVar(parameters: BridgesGetBridgeVarParameters, options?: CallOptions): Promise<Variable> {
    return this.#requester.send(
      {
        key: 'bridges.getBridgeVar',
        method: 'GET',
        path: '/bridges/{bridgeId}/variable',
        query: ['variable'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Set a variable of a bridge. */
  setBridgeVar(parameters: BridgesSetBridgeVarParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'bridges.setBridgeVar',
        method: 'POST',
        path: '/bridges/{bridgeId}/variable',
        query: ['variable', 'value', 'report_events'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Read several variables of a bridge at once. */
  getBridgeVars(parameters: BridgesGetBridgeVarsParameters, options?: CallOptions): Promise<Variables> {
    return this.#requester.send(
      {
        key: 'bridges.getBridgeVars',
        method: 'GET',
        path: '/bridges/{bridgeId}/variables',
        query: ['variables'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Set several variables of a bridge at once. */
  setBridgeVars(parameters: BridgesSetBridgeVarsParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'bridges.setBridgeVars',
        method: 'POST',
        path: '/bridges/{bridgeId}/variables',
        members: ['variables'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Let channels join a bridge. */
  addChannel(parameters: BridgesAddChannelParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'bridges.addChannel',
        method: 'POST',
        path: '/bridges/{bridgeId}/addChannel',
        query: ['channel', 'role', 'absorbDTMF', 'mute', 'inhibitConnectedLineUpdates'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Take channels out of a bridge. */
  removeChannel(parameters: BridgesRemoveChannelParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'bridges.removeChannel',
        method: 'POST',
        path: '/bridges/{bridgeId}/removeChannel',
        query: ['channel'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Show the video of one channel to all others of the bridge. */
  setVideoSource(parameters: BridgesSetVideoSourceParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'bridges.setVideoSource',
        method: 'POST',
        path: '/bridges/{bridgeId}/videoSource/{channelId}',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** End the choice of a video source. */
  clearVideoSource(parameters: BridgesClearVideoSourceParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'bridges.clearVideoSource',
        method: 'DELETE',
        path: '/bridges/{bridgeId}/videoSource',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Play music on hold to a bridge. */
  startMoh(parameters: BridgesStartMohParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'bridges.startMoh',
        method: 'POST',
        path: '/bridges/{bridgeId}/moh',
        query: ['mohClass'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Stop the music on hold of a bridge. */
  stopMoh(parameters: BridgesStopMohParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'bridges.stopMoh', method: 'DELETE', path: '/bridges/{bridgeId}/moh', result: 'none' },
      parameters,
      options,
    );
  }

  /** Play media to everybody in a bridge. */
  play(parameters: BridgesPlayParameters, options?: CallOptions): Promise<Playback> {
    return this.#requester.send(
      {
        key: 'bridges.play',
        method: 'POST',
        path: '/bridges/{bridgeId}/play',
        query: ['media', 'announcer_format', 'lang', 'offsetms', 'skipms', 'playbackId'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Play media to everybody in a bridge, under an id of your choice. */
  playWithId(parameters: BridgesPlayWithIdParameters, options?: CallOptions): Promise<Playback> {
    return this.#requester.send(
      {
        key: 'bridges.playWithId',
        method: 'POST',
        path: '/bridges/{bridgeId}/play/{playbackId}',
        query: ['media', 'announcer_format', 'lang', 'offsetms', 'skipms'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Record what is heard in a bridge. */
  record(parameters: BridgesRecordParameters, options?: CallOptions): Promise<LiveRecording> {
    return this.#requester.send(
      {
        key: 'bridges.record',
        method: 'POST',
        path: '/bridges/{bridgeId}/record',
        query: [
          'name',
          'format',
          'recorder_format',
          'maxDurationSeconds',
          'maxSilenceSeconds',
          'ifExists',
          'beep',
          'terminateOn',
        ],
        result: 'json',
      },
      parameters,
      options,
    );
  }
}

/** Parameters of `recordings.getStored`. */
export interface RecordingsGetStoredParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.deleteStored`. */
export interface RecordingsDeleteStoredParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.getStoredFile`. */
export interface RecordingsGetStoredFileParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.copyStored`. */
export interface RecordingsCopyStoredParameters {
  /** Name of the recording. */
  readonly recordingName: string;
  /** Name of the copy. */
  readonly destinationRecordingName: string;
}

/** Parameters of `recordings.getLive`. */
export interface RecordingsGetLiveParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.cancel`. */
export interface RecordingsCancelParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.stop`. */
export interface RecordingsStopParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.pause`. */
export interface RecordingsPauseParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.unpause`. */
export interface RecordingsUnpauseParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.mute`. */
export interface RecordingsMuteParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Parameters of `recordings.unmute`. */
export interface RecordingsUnmuteParameters {
  /** Name of the recording. */
  readonly recordingName: string;
}

/** Operations of `recordings`. */
export class RecordingsResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List the recordings that are complete. */
  listStored(options?: CallOptions): Promise<readonly StoredRecording[]> {
    return this.#requester.send(
      { key: 'recordings.listStored', method: 'GET', path: '/recordings/stored', result: 'json' },
      {},
      options,
    );
  }

  /** Read about a stored recording. */
  getStored(parameters: RecordingsGetStoredParameters, options?: CallOptions): Promise<StoredRecording> {
    return this.#requester.send(
      {
        key: 'recordings.getStored',
        method: 'GET',
        path: '/recordings/stored/{recordingName}',
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Remove a stored recording. */
  deleteStored(parameters: RecordingsDeleteStoredParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'recordings.deleteStored',
        method: 'DELETE',
        path: '/recordings/stored/{recordingName}',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Fetch the file of a stored recording. */
  getStoredFile(parameters: RecordingsGetStoredFileParameters, options?: CallOptions): Promise<Uint8Array> {
    return this.#requester.send(
      {
        key: 'recordings.getStoredFile',
        method: 'GET',
        path: '/recordings/stored/{recordingName}/file',
        result: 'bytes',
      },
      parameters,
      options,
    );
  }

  /** Copy a stored recording. */
  copyStored(parameters: RecordingsCopyStoredParameters, options?: CallOptions): Promise<StoredRecording> {
    return this.#requester.send(
      {
        key: 'recordings.copyStored',
        method: 'POST',
        path: '/recordings/stored/{recordingName}/copy',
        query: ['destinationRecordingName'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Read about a recording that is being made. */
  getLive(parameters: RecordingsGetLiveParameters, options?: CallOptions): Promise<LiveRecording> {
    return this.#requester.send(
      { key: 'recordings.getLive', method: 'GET', path: '/recordings/live/{recordingName}', result: 'json' },
      parameters,
      options,
    );
  }

  /** End a recording and throw it away. */
  cancel(parameters: RecordingsCancelParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'recordings.cancel',
        method: 'DELETE',
        path: '/recordings/live/{recordingName}',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** End a recording and keep it. */
  stop(parameters: RecordingsStopParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'recordings.stop',
        method: 'POST',
        path: '/recordings/live/{recordingName}/stop',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Pause a recording; silence detection waits too. */
  pause(parameters: RecordingsPauseParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'recordings.pause',
        method: 'POST',
        path: '/recordings/live/{recordingName}/pause',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Go on with a paused recording. */
  unpause(parameters: RecordingsUnpauseParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'recordings.unpause',
        method: 'DELETE',
        path: '/recordings/live/{recordingName}/pause',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Record silence instead of what is heard. */
  mute(parameters: RecordingsMuteParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'recordings.mute',
        method: 'POST',
        path: '/recordings/live/{recordingName}/mute',
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Record again what is heard. */
  unmute(parameters: RecordingsUnmuteParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'recordings.unmute',
        method: 'DELETE',
        path: '/recordings/live/{recordingName}/mute',
        result: 'none',
      },
      parameters,
      options,
    );
  }
}

/** Parameters of `sounds.list`. */
export interface SoundsListParameters {
  /** Language of sounds. */
  readonly lang?: string | undefined;
  /** Format of the audio. */
  readonly format?: string | undefined;
}

/** Parameters of `sounds.get`. */
export interface SoundsGetParameters {
  /** Id of the sound. */
  readonly soundId: string;
}

/** Operations of `sounds`. */
export class SoundsResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List the sounds that can be played. */
  list(parameters: SoundsListParameters = {}, options?: CallOptions): Promise<readonly Sound[]> {
    return this.#requester.send(
      { key: 'sounds.list', method: 'GET', path: '/sounds', query: ['lang', 'format'], result: 'json' },
      parameters,
      options,
    );
  }

  /** Read about one sound. */
  get(parameters: SoundsGetParameters, options?: CallOptions): Promise<Sound> {
    return this.#requester.send(
      { key: 'sounds.get', method: 'GET', path: '/sounds/{soundId}', result: 'json' },
      parameters,
      options,
    );
  }
}

/** Parameters of `playbacks.get`. */
export interface PlaybacksGetParameters {
  /** Id of the playback. */
  readonly playbackId: string;
}

/** Parameters of `playbacks.stop`. */
export interface PlaybacksStopParameters {
  /** Id of the playback. */
  readonly playbackId: string;
}

/** Parameters of `playbacks.control`. */
export interface PlaybacksControlParameters {
  /** Id of the playback. */
  readonly playbackId: string;
  /** What happens to the playback. */
  readonly operation: 'restart' | 'pause' | 'unpause' | 'reverse' | 'forward';
}

/** Operations of `playbacks`. */
export class PlaybacksResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** Read how a playback is doing. */
  get(parameters: PlaybacksGetParameters, options?: CallOptions): Promise<Playback> {
    return this.#requester.send(
      { key: 'playbacks.get', method: 'GET', path: '/playbacks/{playbackId}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Stop a playback. */
  stop(parameters: PlaybacksStopParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'playbacks.stop', method: 'DELETE', path: '/playbacks/{playbackId}', result: 'none' },
      parameters,
      options,
    );
  }

  /** Pause, restart or move a playback. */
  control(parameters: PlaybacksControlParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'playbacks.control',
        method: 'POST',
        path: '/playbacks/{playbackId}/control',
        query: ['operation'],
        result: 'none',
      },
      parameters,
      options,
    );
  }
}

/** Parameters of `deviceStates.get`. */
export interface DeviceStatesGetParameters {
  /** Name of the device. */
  readonly deviceName: string;
}

/** Parameters of `deviceStates.update`. */
export interface DeviceStatesUpdateParameters {
  /** Name of the device. */
  readonly deviceName: string;
  /** State that the device takes. */
  readonly deviceState:
    | 'NOT_INUSE'
    | 'INUSE'
    | 'BUSY'
    | 'INVALID'
    | 'UNAVAILABLE'
    | 'RINGING'
    | 'RINGINUSE'
    | 'ONHOLD';
}

/** Parameters of `deviceStates.delete`. */
export interface DeviceStatesDeleteParameters {
  /** Name of the device. */
  readonly deviceName: string;
}

/** Operations of `deviceStates`. */
export class DeviceStatesResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List the device states that ARI keeps. */
  list(options?: CallOptions): Promise<readonly DeviceState[]> {
    return this.#requester.send(
      { key: 'deviceStates.list', method: 'GET', path: '/deviceStates', result: 'json' },
      {},
      options,
    );
  }

  /** Read the state of a device. */
  get(parameters: DeviceStatesGetParameters, options?: CallOptions): Promise<DeviceState> {
    return this.#requester.send(
      { key: 'deviceStates.get', method: 'GET', path: '/deviceStates/{deviceName}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Set the state of a device that ARI keeps. */
  update(parameters: DeviceStatesUpdateParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'deviceStates.update',
        method: 'PUT',
        path: '/deviceStates/{deviceName}',
        query: ['deviceState'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Remove a device that ARI keeps. */
  delete(parameters: DeviceStatesDeleteParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'deviceStates.delete', method: 'DELETE', path: '/deviceStates/{deviceName}', result: 'none' },
      parameters,
      options,
    );
  }
}

/** Parameters of `mailboxes.get`. */
export interface MailboxesGetParameters {
  /** Name of the mailbox. */
  readonly mailboxName: string;
}

/** Parameters of `mailboxes.update`. */
export interface MailboxesUpdateParameters {
  /** Name of the mailbox. */
  readonly mailboxName: string;
  /** Count of old messages. */
  readonly oldMessages: number;
  /** Count of new messages. */
  readonly newMessages: number;
}

/** Parameters of `mailboxes.delete`. */
export interface MailboxesDeleteParameters {
  /** Name of the mailbox. */
  readonly mailboxName: string;
}

/** Operations of `mailboxes`. */
export class MailboxesResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List the mailboxes. */
  list(options?: CallOptions): Promise<readonly Mailbox[]> {
    return this.#requester.send(
      { key: 'mailboxes.list', method: 'GET', path: '/mailboxes', result: 'json' },
      {},
      options,
    );
  }

  /** Read one mailbox. */
  get(parameters: MailboxesGetParameters, options?: CallOptions): Promise<Mailbox> {
    return this.#requester.send(
      { key: 'mailboxes.get', method: 'GET', path: '/mailboxes/{mailboxName}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Set the counts of a mailbox; creates it when there is none. */
  update(parameters: MailboxesUpdateParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'mailboxes.update',
        method: 'PUT',
        path: '/mailboxes/{mailboxName}',
        query: ['oldMessages', 'newMessages'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Remove a mailbox. */
  delete(parameters: MailboxesDeleteParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'mailboxes.delete', method: 'DELETE', path: '/mailboxes/{mailboxName}', result: 'none' },
      parameters,
      options,
    );
  }
}

/** Parameters of `events.userEvent`. */
export interface EventsUserEventParameters {
  /** Name of the event. */
  readonly eventName: string;
  /** Name of the application. */
  readonly application: string;
  /** What the event is about: channel:ID, bridge:ID, endpoint:TECHNOLOGY/RESOURCE or deviceState:NAME. */
  readonly source?: string | readonly string[] | undefined;
  /** Values by name. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Parameters of `events.claimChannel`. */
export interface EventsClaimChannelParameters {
  /** Id of the channel. */
  readonly channelId: string;
  /** Name of the application. */
  readonly application: string;
}

/** Operations of `events`. */
export class EventsResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** Send an event of your own to an application. */
  userEvent(parameters: EventsUserEventParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'events.userEvent',
        method: 'POST',
        path: '/events/user/{eventName}',
        query: ['application', 'source'],
        members: ['variables'],
        result: 'none',
      },
      parameters,
      options,
    );
  }

  /** Claim a call that was offered to several applications. */
  claimChannel(parameters: EventsClaimChannelParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      {
        key: 'events.claimChannel',
        method: 'POST',
        path: '/events/claim',
        query: ['channelId', 'application'],
        result: 'none',
      },
      parameters,
      options,
    );
  }
}

/** Parameters of `applications.get`. */
export interface ApplicationsGetParameters {
  /** Name of the application. */
  readonly applicationName: string;
}

/** Parameters of `applications.subscribe`. */
export interface ApplicationsSubscribeParameters {
  /** Name of the application. */
  readonly applicationName: string;
  /** channel:ID, bridge:ID, endpoint:TECHNOLOGY/RESOURCE or deviceState:NAME. */
  readonly eventSource: string | readonly string[];
}

/** Parameters of `applications.unsubscribe`. */
export interface ApplicationsUnsubscribeParameters {
  /** Name of the application. */
  readonly applicationName: string;
  /** channel:ID, bridge:ID, endpoint:TECHNOLOGY/RESOURCE or deviceState:NAME. */
  readonly eventSource: string | readonly string[];
}

/** Parameters of `applications.filter`. */
export interface ApplicationsFilterParameters {
  /** Name of the application. */
  readonly applicationName: string;
  /** Lists `allowed` and `disallowed` of objects with a `type` each; empty lists let everything through. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
}

/** Operations of `applications`. */
export class ApplicationsResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List the applications. */
  list(options?: CallOptions): Promise<readonly Application[]> {
    return this.#requester.send(
      { key: 'applications.list', method: 'GET', path: '/applications', result: 'json' },
      {},
      options,
    );
  }

  /** Read one application. */
  get(parameters: ApplicationsGetParameters, options?: CallOptions): Promise<Application> {
    return this.#requester.send(
      { key: 'applications.get', method: 'GET', path: '/applications/{applicationName}', result: 'json' },
      parameters,
      options,
    );
  }

  /** Subscribe an application to channels, bridges, endpoints or device states. */
  subscribe(parameters: ApplicationsSubscribeParameters, options?: CallOptions): Promise<Application> {
    return this.#requester.send(
      {
        key: 'applications.subscribe',
        method: 'POST',
        path: '/applications/{applicationName}/subscription',
        query: ['eventSource'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** End subscriptions of an application. */
  unsubscribe(parameters: ApplicationsUnsubscribeParameters, options?: CallOptions): Promise<Application> {
    return this.#requester.send(
      {
        key: 'applications.unsubscribe',
        method: 'DELETE',
        path: '/applications/{applicationName}/subscription',
        query: ['eventSource'],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** Choose the types of events that an application is sent. */
  filter(parameters: ApplicationsFilterParameters, options?: CallOptions): Promise<Application> {
    return this.#requester.send(
      {
        key: 'applications.filter',
        method: 'PUT',
        path: '/applications/{applicationName}/eventFilter',
        body: 'filter',
        result: 'json',
      },
      parameters,
      options,
    );
  }
}

/** Parameters of `tokens.create`. */
export interface TokensCreateParameters {
  /** A name for people. */
  readonly label?: string | undefined;
  /** Seconds until the token ends. */
  readonly expiresIn?: number | undefined;
  /** Whether the token may only look. */
  readonly readOnly?: boolean | undefined;
  /** Operations that the token is for, such as channels.hangup, channels.* or GET /channels/*; all that you may use without it. */
  readonly allowOperations?: string | readonly string[] | undefined;
  /** Operations that the token is not for. */
  readonly denyOperations?: string | readonly string[] | undefined;
  /** Applications that the token is for, with * for anything; all that you may use without it. */
  readonly allowApplications?: string | readonly string[] | undefined;
  /** Applications that the token is not for. */
  readonly denyApplications?: string | readonly string[] | undefined;
}

/** Parameters of `tokens.revoke`. */
export interface TokensRevokeParameters {
  /** Id of the token. */
  readonly tokenId: string;
}

/** Operations of `tokens`. */
export class TokensResource {
  readonly #requester: Requester;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  /** List your tokens; who comes with a token sees that one. */
  list(options?: CallOptions): Promise<readonly Token[]> {
    return this.#requester.send(
      { key: 'tokens.list', method: 'GET', path: '/tokens', result: 'json' },
      {},
      options,
    );
  }

  /** Make a token that may do what you may, or less. */
  create(parameters: TokensCreateParameters = {}, options?: CallOptions): Promise<NewToken> {
    return this.#requester.send(
      {
        key: 'tokens.create',
        method: 'POST',
        path: '/tokens',
        query: [
          'label',
          'expiresIn',
          'readOnly',
          'allowOperations',
          'denyOperations',
          'allowApplications',
          'denyApplications',
        ],
        result: 'json',
      },
      parameters,
      options,
    );
  }

  /** End a token of yours, and close the sockets that were opened with it. */
  revoke(parameters: TokensRevokeParameters, options?: CallOptions): Promise<void> {
    return this.#requester.send(
      { key: 'tokens.revoke', method: 'DELETE', path: '/tokens/{tokenId}', result: 'none' },
      parameters,
      options,
    );
  }
}

/** Every operation, grouped by resource. */
export class AriResources {
  readonly asterisk: AsteriskResource;
  readonly endpoints: EndpointsResource;
  readonly channels: ChannelsResource;
  readonly bridges: BridgesResource;
  readonly recordings: RecordingsResource;
  readonly sounds: SoundsResource;
  readonly playbacks: PlaybacksResource;
  readonly deviceStates: DeviceStatesResource;
  readonly mailboxes: MailboxesResource;
  readonly events: EventsResource;
  readonly applications: ApplicationsResource;
  readonly tokens: TokensResource;

  constructor(requester: Requester) {
    this.asterisk = new AsteriskResource(requester);
    this.endpoints = new EndpointsResource(requester);
    this.channels = new ChannelsResource(requester);
    this.bridges = new BridgesResource(requester);
    this.recordings = new RecordingsResource(requester);
    this.sounds = new SoundsResource(requester);
    this.playbacks = new PlaybacksResource(requester);
    this.deviceStates = new DeviceStatesResource(requester);
    this.mailboxes = new MailboxesResource(requester);
    this.events = new EventsResource(requester);
    this.applications = new ApplicationsResource(requester);
    this.tokens = new TokensResource(requester);
  }
}
