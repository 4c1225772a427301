export { createMemoryBus, type Broadcast, type Bus, type BusNode } from './bus.ts';
export { isChannelName } from './channel-name.ts';
export type { AppLimits, RealtimeLimits } from './limits.ts';
export { listenRealtime, type ListeningRealtime } from './listen.ts';
export type {
  Greeting,
  Publication,
  RealtimeApp,
  RealtimeLogger,
  RealtimeOptions,
} from './options.ts';
export { createRealtime, type RealtimeServer } from './realtime.ts';
export { signChannel, type ChannelSignatureInput } from './signature.ts';
export { isSocketId } from './socket-id.ts';
