import type { AppLimits } from '../limits.ts';
import type { Connection } from '../socket/connection.ts';
import type { SigninFrame } from '../wire/client-frame.ts';
import { ErrorCode } from '../wire/close-code.ts';
import { isJsonObject, jsonText, parseJson } from '../wire/json.ts';
import { signinSuccessFrame } from '../wire/server-frame.ts';
import { isUserSignature } from '../wire/signature.ts';
import type { User } from './users.ts';

type UserData =
  | { ok: true; user: User; watchlistFault: string | null }
  | { ok: false; fault: string };

/**
 * PP-5: takes a connection for a user, by the word of the application's backend. A refusal is an
 * error and not a close, which pusher-js would take for final: a client that lost its connection
 * while it was being signed in comes with the signature of the socket before.
 */
export function signIn(connection: Connection, frame: SigninFrame): void {
  const { app, socketId } = connection;
  const { auth, userData } = frame;
  if (!isUserSignature(auth, { key: app.key, secret: app.secret, socketId, userData })) {
    refuse(connection, 'The signature does not fit this socket and user');
    return;
  }
  const parsed = parseUserData(userData, app.limits);
  if (!parsed.ok) {
    refuse(connection, parsed.fault);
    return;
  }
  const { user, watchlistFault } = parsed;
  if (connection.user !== null && connection.user.userId !== user.userId) {
    refuse(connection, 'This connection is signed in as another user');
    return;
  }
  connection.send(signinSuccessFrame(userData));
  if (watchlistFault !== null) connection.sendError(ErrorCode.WatchlistLimit, watchlistFault);
  if (connection.user === null) app.signIn(connection, user);
}

function refuse(connection: Connection, message: string): void {
  connection.sendError(ErrorCode.Unauthorized, message);
}

/** Reads the `user_data` that the application's backend signed: `id`, `user_info`, `watchlist`. */
function parseUserData(text: string, limits: AppLimits): UserData {
  const data = parseJson(text);
  if (!isJsonObject(data)) return { ok: false, fault: 'user_data must be a JSON object' };
  const { id, user_info: info, watchlist } = data;
  // A number is none: the clients themselves take strings only.
  if (typeof id !== 'string' || id === '') {
    return { ok: false, fault: 'The id in user_data must be a string that is not empty' };
  }
  if (id.length > limits.presenceUserIdLengthMax) {
    return { ok: false, fault: `The id exceeds ${limits.presenceUserIdLengthMax} characters` };
  }
  const userInfoJson = jsonText(info ?? null);
  if (userInfoJson === null || Buffer.byteLength(userInfoJson) > limits.presenceUserInfoBytesMax) {
    return { ok: false, fault: `user_info exceeds ${limits.presenceUserInfoBytesMax} bytes` };
  }
  const watched = parseWatchlist(watchlist ?? []);
  if (watched === null) return { ok: false, fault: 'watchlist must be an array of user ids' };
  const isTooLong = watched.length > limits.watchlistMax;
  return {
    ok: true,
    user: { userId: id, userInfoJson, watchlist: isTooLong ? [] : watched },
    watchlistFault: isTooLong ? `A watchlist has at most ${limits.watchlistMax} users` : null,
  };
}

function parseWatchlist(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const ids = new Set<string>();
  for (const id of value as unknown[]) {
    if (typeof id !== 'string') return null;
    ids.add(id);
  }
  return [...ids];
}
