import type { RealtimeConfig } from '@parley/protocol';

/** Content-Security-Policy of a page, from its parts. */
export function contentPolicy(directives: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

/** The dashboard: nothing but its own files, its API, and the sockets that it was told of. */
export function dashboardPolicy(realtime: RealtimeConfig): string {
  return contentPolicy({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'media-src': ["'self'", 'blob:'],
    'font-src': ["'self'"],
    'manifest-src': ["'self'"],
    'connect-src': ["'self'", ...socketSources(realtime)],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  });
}

/** @param embedders origins in whose pages the panel may stand; none named: any */
export function panelPolicy(realtime: RealtimeConfig, embedders: readonly string[]): string {
  return contentPolicy({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'media-src': ["'self'", 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...socketSources(realtime)],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': embedders.length === 0 ? ['*'] : ["'self'", ...embedders],
  });
}

function socketSources({ reverb, pusher }: RealtimeConfig): readonly string[] {
  const sources = [];
  if (reverb.enabled) sources.push(socketSource(reverb.host, reverb.port, reverb.scheme));
  if (pusher.enabled) {
    const host = pusher.host ?? `ws-${pusher.cluster}.pusher.com`;
    const scheme = pusher.encrypted ? 'https' : 'http';
    sources.push(socketSource(host, pusher.port ?? (pusher.encrypted ? 443 : 80), scheme));
  }
  return [...new Set(sources)];
}

function socketSource(host: string, port: number, scheme: 'http' | 'https'): string {
  const socketScheme = scheme === 'https' ? 'wss' : 'ws';
  // The grammar of sources has no IPv6 addresses.
  return host.includes(':') ? `${socketScheme}:` : `${socketScheme}://${host}:${port}`;
}
