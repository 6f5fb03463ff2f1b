/**
 * Lives here: tables of object types whose owner is not built yet; what is pushed to them is kept, checked and shown.
 * Not here: the types of SIP (pjsip/objects) and of ARI (ari/objects); a type moves to its owner when that is built.
 * May ask: sorcery, pjsip (for the kind of option that is a list of codecs).
 */
import type { TypeSpec } from '../sorcery/index.ts';
import { aeapTypes } from './aeap.ts';
import { geolocationTypes } from './geolocation.ts';
import { bucketTypes, channelWebSocketTypes, pjprojectTypes } from './others.ts';
import { stirShakenTypes } from './stir-shaken.ts';

/** A module that is there for its objects. */
export interface ObjectModule {
  /** As in Asterisk. */
  readonly name: string;
  readonly description: string;
  readonly types: readonly TypeSpec[];
  /** Where objects without a mapping come from. */
  readonly file: string;
}

/** Types that are there whatever is loaded. */
export const coreTypes: readonly TypeSpec[] = bucketTypes;

export const objectModules: readonly ObjectModule[] = [
  {
    name: 'res_geolocation',
    description: 'res_geolocation Module for Asterisk',
    types: geolocationTypes,
    file: 'geolocation.conf',
  },
  {
    name: 'res_stir_shaken',
    description: 'STIR/SHAKEN Module for Asterisk',
    types: stirShakenTypes,
    file: 'stir_shaken.conf',
  },
  {
    name: 'res_aeap',
    description: 'Asterisk External Application Protocol Module for Asterisk',
    types: aeapTypes,
    file: 'aeap.conf',
  },
  {
    name: 'chan_websocket',
    description: 'Websocket Media Channel',
    types: channelWebSocketTypes,
    file: 'chan_websocket.conf',
  },
  {
    name: 'res_pjproject',
    description: 'PJPROJECT Log and Utility Support',
    types: pjprojectTypes,
    file: 'pjproject.conf',
  },
];
