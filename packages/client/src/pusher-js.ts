import loaded from 'pusher-js';
import type { ConnectPusher } from './line.ts';
import type { PusherClass } from './pusher-client.ts';
import { pusherConnector } from './pusher-line.ts';

// Its types describe `exports.default`; Node and bundlers give the class itself.
type RealClass = typeof loaded.default;
const given: unknown = loaded;

const Pusher: PusherClass = typeof given === 'function' ? (given as RealClass) : loaded.default;

/** pusher-js itself: for hosted Pusher alone, and as heavy as half of the widget. Import it lazily. */
export const connectPusher: ConnectPusher = (address, environment) =>
  pusherConnector(Pusher, address, environment);
