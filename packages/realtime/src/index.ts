export {
  createMemoryBus,
  type Broadcast,
  type Bus,
  type BusLine,
  type BusListener,
} from './cluster/bus.ts';
export type { ClusterFigures, ClusterTimes } from './cluster/cluster-node.ts';
export type { AppEvent } from './channel/app-event.ts';
export { createRedisBus, type RedisBusOptions } from './cluster/redis-bus.ts';
export { probeRedis } from './cluster/redis-probe.ts';
export type { AnswerCall } from './http-api/call-door.ts';
export type { Answer, CallWatch } from './http-api/http-api.ts';
export type { PlainCall } from './http-api/plain-call.ts';
export { isChannelName } from './wire/channel-name.ts';
export { DEFAULT_LIMITS, type AppLimits, type MessageRate, type RealtimeLimits } from './limits.ts';
export { listenRealtime, type ListeningRealtime } from './listen.ts';
export type {
  Greeting,
  Publication,
  RealtimeApp,
  RealtimeLogger,
  RealtimeOptions,
} from './options.ts';
export { type CloseOptions, createRealtime, type RealtimeServer } from './realtime.ts';
export { signChannel, type ChannelSignatureInput } from './wire/signature.ts';
export { isSocketId } from './wire/socket-id.ts';
export type { WebhookEventName } from './webhook/webhook-event.ts';
export {
  SocketClose,
  type TextFrame,
  textFrameOf,
  type TextSocket,
  type TextSocketListener,
  TextSockets,
} from './websocket/text-sockets.ts';
export { asksForWebSocket } from './websocket/upgrade.ts';
export type { WebhookEndpoint, WebhookSettings } from './webhook/webhook-options.ts';
