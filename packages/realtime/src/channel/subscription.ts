import {
  channelAccess,
  isCacheChannel,
  isChannelName,
  userOfChannel,
} from '../wire/channel-name.ts';
import type { SubscribeFrame } from '../wire/client-frame.ts';
import type { Connection } from '../socket/connection.ts';
import { parseChannelData, type ChannelData, type Member } from './presence.ts';
import {
  subscriptionErrorFrame,
  subscriptionSucceededFrame,
  type SubscriptionFault,
} from '../wire/server-frame.ts';
import { isChannelSignature } from '../wire/signature.ts';
import { greet, type Greeter } from './greeting.ts';
import { replayLastEvent, type Replayer } from './cache-replay.ts';

type Admission = { ok: true; member: Member | null } | { ok: false; fault: SubscriptionFault };

/** What a new subscriber is told beside the event that says so. */
export type Welcome = Greeter & Replayer;

/** PP-3: adds the connection to a channel, or says on that channel why not. */
export function subscribe(connection: Connection, frame: SubscribeFrame, greeter: Welcome): void {
  const { app } = connection;
  const name = frame.channel;
  const admission = admit(connection, frame);
  if (!admission.ok) {
    connection.send(subscriptionErrorFrame(name, admission.fault));
    return;
  }
  const existing = connection.channels.has(name) ? app.channels.get(name) : undefined;
  if (existing) {
    connection.send(subscriptionSucceededFrame(name, existing.snapshotJson()));
    return;
  }
  const channel = app.join(connection, name, admission.member);
  connection.send(subscriptionSucceededFrame(name, channel.snapshotJson()));
  if (isCacheChannel(name)) replayLastEvent(connection, name, greeter);
  greet(connection, name, greeter);
}

function admit(connection: Connection, frame: SubscribeFrame): Admission {
  const { app, channels } = connection;
  const name = frame.channel;
  const owner = userOfChannel(name);
  if (owner === null && !isChannelName(name)) {
    return refuse({ type: 'InvalidChannel', error: 'Malformed channel name', status: 400 });
  }
  if (!channels.has(name) && channels.size >= app.limits.channelsPerConnectionMax) {
    return limitReached(`A connection has at most ${app.limits.channelsPerConnectionMax} channels`);
  }
  const access = owner === null ? channelAccess(name) : 'private';
  if (!app.channels.has(name) && !app.hasRoomFor(access)) {
    return limitReached('This app has no room for another channel');
  }
  if (owner !== null) return admitOwner(connection, owner);
  if (access === 'public') return { ok: true, member: null };
  if (!isAuthorized(connection, frame)) {
    return unauthorized('The signature does not fit this socket and channel');
  }
  return access === 'presence' ? admitMember(connection, frame) : { ok: true, member: null };
}

/** PP-5: a user's own channel asks for no signature; signing in had one. */
function admitOwner({ user }: Connection, owner: string): Admission {
  if (user?.userId === owner) return { ok: true, member: null };
  return unauthorized('This channel is for its signed-in user alone');
}

function isAuthorized({ app, socketId }: Connection, frame: SubscribeFrame): boolean {
  const { channel, auth, channelData } = frame;
  const data = channelData === undefined ? {} : { channelData };
  return isChannelSignature(auth, { key: app.key, secret: app.secret, socketId, channel, ...data });
}

function admitMember({ app, user }: Connection, frame: SubscribeFrame): Admission {
  const { channel, channelData } = frame;
  // Who is signed in is known already, so that the signature need not say it again.
  const parsed: ChannelData =
    channelData === undefined && user !== null
      ? { ok: true, member: user }
      : parseChannelData(channelData ?? '', app.limits);
  if (!parsed.ok) return unauthorized(parsed.fault);
  const roster = app.channels.get(channel)?.roster;
  const { presenceMembersMax } = app.limits;
  const isKnown = roster?.has(parsed.member.userId) ?? false;
  if (roster && !isKnown && roster.userCount >= presenceMembersMax) {
    return limitReached(`A presence channel has at most ${presenceMembersMax} members`);
  }
  return parsed;
}

function refuse(fault: SubscriptionFault): Admission {
  return { ok: false, fault };
}

function unauthorized(error: string): Admission {
  return refuse({ type: 'AuthError', error, status: 401 });
}

function limitReached(error: string): Admission {
  return refuse({ type: 'LimitReached', error, status: 403 });
}
