import { isChannelName } from '../wire/channel-name.ts';
import { HttpError } from './http-error.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import type { AppLimits } from '../limits.ts';
import type { Broadcast } from '../cluster/bus.ts';
import { isSocketId } from '../wire/socket-id.ts';

/** Attributes of a channel that a caller may ask for. */
export type ChannelAttribute = 'user_count' | 'subscription_count';

export interface EventRequest {
  event: Omit<Broadcast, 'appId'>;
  info: ReadonlySet<ChannelAttribute>;
}

/**
 * Reads the body of `POST /apps/ID/events`: `name`, `data`, `channels` or `channel`, `socket_id`,
 * `info`.
 *
 * @throws HttpError 400 for what is malformed, 413 for data that is too large
 */
export function parseEventRequest(body: unknown, limits: AppLimits): EventRequest {
  if (!isJsonObject(body)) throw new HttpError(400, 'The body must be a JSON object');
  const { data, socket_id: socketId } = body;
  const event = parseName(body['name'], limits);
  if (typeof data !== 'string') throw new HttpError(400, 'data must be a string');
  if (Buffer.byteLength(data) > limits.eventDataBytesMax) {
    throw new HttpError(413, `data exceeds ${limits.eventDataBytesMax} bytes`);
  }
  const channels = parseChannels(body, limits);
  if (isAbsent(socketId)) {
    return {
      event: { channels, event, dataJson: JSON.stringify(data) },
      info: parseInfo(body['info']),
    };
  }
  if (typeof socketId !== 'string' || !isSocketId(socketId)) {
    throw new HttpError(400, 'Malformed socket_id');
  }
  return {
    event: { channels, event, dataJson: JSON.stringify(data), exceptSocketId: socketId },
    info: parseInfo(body['info']),
  };
}

/** Some SDKs send null for what was not given. */
function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function parseName(name: unknown, { eventNameLengthMax }: AppLimits): string {
  if (typeof name !== 'string' || name === '') {
    throw new HttpError(400, 'name must be a string that is not empty');
  }
  if (name.length > eventNameLengthMax) {
    throw new HttpError(400, `name exceeds ${eventNameLengthMax} characters`);
  }
  if (name.startsWith('pusher:') || name.startsWith('pusher_internal:')) {
    throw new HttpError(400, 'This name is reserved for the protocol');
  }
  return name;
}

function parseChannels(body: JsonObject, { channelsPerEventMax }: AppLimits): readonly string[] {
  const channels: unknown = body['channels'] ?? [body['channel']];
  if (!Array.isArray(channels) || channels.length === 0) {
    throw new HttpError(400, 'channels must be an array of names, or channel one name');
  }
  if (channels.length > channelsPerEventMax) {
    throw new HttpError(400, `An event goes to at most ${channelsPerEventMax} channels`);
  }
  const names = new Set<string>();
  for (const name of channels as unknown[]) {
    if (typeof name !== 'string' || !isChannelName(name)) {
      throw new HttpError(400, 'Malformed channel name');
    }
    names.add(name);
  }
  return [...names];
}

function parseInfo(info: unknown): ReadonlySet<ChannelAttribute> {
  if (isAbsent(info)) return new Set();
  if (typeof info !== 'string') throw new HttpError(400, 'info must be a string');
  const attributes = new Set<ChannelAttribute>();
  for (const attribute of info.split(',').map((part) => part.trim())) {
    if (attribute === '') continue;
    if (attribute !== 'user_count' && attribute !== 'subscription_count') {
      throw new HttpError(400, 'info takes user_count and subscription_count');
    }
    attributes.add(attribute);
  }
  return attributes;
}
