import type { Broadcast } from '../cluster/bus.ts';
import type { AppLimits } from '../limits.ts';
import { isChannelName, isUserChannelName } from '../wire/channel-name.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';
import { isSocketId } from '../wire/socket-id.ts';
import { HttpError } from './http-error.ts';

/** @throws HttpError 400 */
export function requireObject(value: unknown, what: string): JsonObject {
  if (!isJsonObject(value)) throw new HttpError(400, `${what} must be a JSON object`);
  return value;
}

/**
 * What an event is, wherever it goes: `name`, `data`, `socket_id`. Data stays the text that it
 * is: whether it is JSON, or sealed, is between the two ends.
 *
 * @throws HttpError 400 for what is malformed, 413 for data that is too large
 */
export function parseEvent(
  body: JsonObject,
  limits: AppLimits,
): Pick<Broadcast, 'event' | 'dataJson' | 'exceptSocketId'> {
  const { data, socket_id: socketId } = body;
  const event = parseName(body['name'], limits);
  if (isAbsent(data)) throw new HttpError(400, 'Missing required parameter: data');
  if (typeof data !== 'string') throw new HttpError(400, 'data must be a string');
  const { eventDataBytesMax } = limits;
  // A UTF-16 unit takes at most three bytes of UTF-8: what is short need not be measured.
  if (data.length * 3 > eventDataBytesMax && Buffer.byteLength(data) > eventDataBytesMax) {
    const message = `The data content of this event exceeds the allowed maximum (${eventDataBytesMax} bytes)`;
    throw new HttpError(413, message);
  }
  const dataJson = JSON.stringify(data);
  if (isAbsent(socketId)) return { event, dataJson };
  if (typeof socketId !== 'string' || !isSocketId(socketId)) {
    throw new HttpError(400, 'Invalid socket id');
  }
  return { event, dataJson, exceptSocketId: socketId };
}

/** Some SDKs send null for what was not given. */
function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function parseName(name: unknown, { eventNameLengthMax }: AppLimits): string {
  if (isAbsent(name)) throw new HttpError(400, 'Missing required parameter: name');
  if (typeof name !== 'string' || name === '') {
    throw new HttpError(400, 'name must be a string that is not empty');
  }
  if (name.length > eventNameLengthMax) {
    throw new HttpError(400, `Event name too long (${name.length} > ${eventNameLengthMax})`);
  }
  if (name.startsWith('pusher:') || name.startsWith('pusher_internal:')) {
    throw new HttpError(400, 'This event name is reserved for the protocol');
  }
  return name;
}

/** The `channels` of an event, or its one `channel`, each once. @throws HttpError 400 */
export function parseChannels(
  body: JsonObject,
  { channelsPerEventMax }: AppLimits,
): readonly string[] {
  const { channels } = body;
  if (isAbsent(channels)) return [parseDestination(body['channel'])];
  if (!Array.isArray(channels) || channels.length === 0) {
    throw new HttpError(400, 'channels must be a list of names that is not empty');
  }
  if (channels.length > channelsPerEventMax) {
    throw new HttpError(400, `Too many channels (${channels.length} > ${channelsPerEventMax})`);
  }
  if (channels.length === 1) return [parseDestination(channels[0])];
  return [...new Set((channels as unknown[]).map(parseDestination))];
}

/** The name of a channel that an event goes to; may be a user's own. @throws HttpError 400 */
export function parseDestination(name: unknown): string {
  if (typeof name === 'string' && isUserChannelName(name)) return name;
  return parseChannel(name);
}

/** @throws HttpError 400 */
export function parseChannel(name: unknown): string {
  if (isAbsent(name)) throw new HttpError(400, 'Missing required parameter: channel');
  if (typeof name !== 'string' || !isChannelName(name)) {
    throw new HttpError(400, 'Invalid channel name');
  }
  return name;
}
