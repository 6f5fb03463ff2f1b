/**
 * Lives here: the proxy of amiproxy.conf: connections to other servers, actions sent on to them, their events told here.
 * Not here: sessions of local users and what they speak (the folders beside), what local actions do.
 * May ask: whom the manager interface may ask, and the manager interface itself.
 */
export { AmiProxy, type AmiProxyOptions, type UpstreamView } from './ami-proxy.ts';
export { type ProxyConfig, readProxyConfig } from './proxy-config.ts';
export { generalOptions, upstreamOptions } from './proxy-options.ts';
