import { textFrame } from '../websocket/frame.ts';
import type { ErrorCode, CloseCode } from './close-code.ts';

export interface ChannelEvent {
  event: string;
  channel: string;
  /** JSON text of the data: of a string for all that a server publishes, of anything for clients. */
  dataJson: string;
  /** Who sent a client event on a presence channel. */
  userId?: string;
}

export function eventFrame({ event, channel, dataJson, userId }: ChannelEvent): Buffer {
  const sender = userId === undefined ? '' : `,"user_id":${JSON.stringify(userId)}`;
  return textFrame(
    `{"event":${JSON.stringify(event)},"channel":${JSON.stringify(channel)},"data":${dataJson}${sender}}`,
  );
}

/** Data of the protocol's own events is a JSON text inside a JSON string. */
function encodeTwice(json: string): string {
  return JSON.stringify(json);
}

export const PING_FRAME = textFrame('{"event":"pusher:ping","data":{}}');
export const PONG_FRAME = textFrame('{"event":"pusher:pong","data":{}}');

export function connectionEstablishedFrame(socketId: string, activityTimeout_s: number): Buffer {
  // Both are numbers, so that nothing needs to be escaped; this is built for every connection.
  const data = `{\\"socket_id\\":\\"${socketId}\\",\\"activity_timeout\\":${activityTimeout_s}}`;
  return textFrame(`{"event":"pusher:connection_established","data":"${data}"}`);
}

/** `pusher:error`; its data is an object, not a string. */
export function errorFrame(code: ErrorCode | CloseCode, message: string): Buffer {
  return textFrame(JSON.stringify({ event: 'pusher:error', data: { code, message } }));
}

/** @param dataJson `{}`, or for a presence channel who is there */
export function subscriptionSucceededFrame(channel: string, dataJson: string): Buffer {
  // Each subscription is answered so, and most have nothing to say.
  const data = dataJson === '{}' ? '"{}"' : encodeTwice(dataJson);
  const name = JSON.stringify(channel);
  return textFrame(
    `{"event":"pusher_internal:subscription_succeeded","channel":${name},"data":${data}}`,
  );
}

/** @param userData JSON text, as the client sent it and the application's backend signed it */
export function signinSuccessFrame(userData: string): Buffer {
  const data = encodeTwice(JSON.stringify({ user_data: userData }));
  return textFrame(`{"event":"pusher:signin_success","data":${data}}`);
}

/** Of no channel: it goes to a signed-in user about those whom it watches. */
export function watchlistFrame(name: 'online' | 'offline', userIds: readonly string[]): Buffer {
  const data = JSON.stringify({ events: [{ name, user_ids: userIds }] });
  return textFrame(`{"event":"pusher_internal:watchlist_events","data":${encodeTwice(data)}}`);
}

/** Why a subscription was refused, as pusher-js hands it to the application. */
export interface SubscriptionFault {
  type: 'AuthError' | 'InvalidChannel' | 'LimitReached';
  error: string;
  /** As an HTTP status. */
  status: 400 | 401 | 403;
}

export function subscriptionErrorFrame(channel: string, fault: SubscriptionFault): Buffer {
  return eventFrame({
    event: 'pusher:subscription_error',
    channel,
    dataJson: JSON.stringify(fault),
  });
}

/** To a subscriber of a cache channel of which there is no last event. */
export function cacheMissFrame(channel: string): Buffer {
  return eventFrame({ event: 'pusher:cache_miss', channel, dataJson: encodeTwice('{}') });
}

/** How many are subscribed to a channel, wherever they are. */
export function subscriptionCountFrame(channel: string, count: number): Buffer {
  return eventFrame({
    event: 'pusher_internal:subscription_count',
    channel,
    dataJson: encodeTwice(`{"subscription_count":${count}}`),
  });
}

/** @param memberJson `{"user_id":…,"user_info":…}` */
export function memberAddedFrame(channel: string, memberJson: string): Buffer {
  return eventFrame({
    event: 'pusher_internal:member_added',
    channel,
    dataJson: encodeTwice(memberJson),
  });
}

export function memberRemovedFrame(channel: string, userId: string): Buffer {
  return eventFrame({
    event: 'pusher_internal:member_removed',
    channel,
    dataJson: encodeTwice(JSON.stringify({ user_id: userId })),
  });
}
