import { hostname, networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import type { Environment } from './environment.ts';
import {
  mailFrom,
  type MailReplies,
  mailRepliesFrom,
  remarksOnMail,
  type MailSettings,
} from './mail.ts';
import { metricsFrom, type MetricsSettings } from './metrics.ts';
import { pusherFrom, type PusherSettings } from './pusher.ts';
import { type RealtimeConfig, realtimeFrom, reverbFrom, type ReverbSettings } from './reverb.ts';
import { virusFrom, type VirusSettings } from './virus.ts';
import { remarksOnApps } from './app-settings.ts';
import { s3From, type S3Settings } from './s3.ts';
import type { Secret } from './secret.ts';
import { ConfigError, parseVariables, type Variables } from './variables.ts';
import type { Remark } from './remark.ts';

/** Everything that the server is told from outside, in one piece that nothing changes. */
export interface Config {
  readonly port: number;
  /** Absent: all addresses of the machine. */
  readonly host: string | undefined;
  /** Origin under which people reach the server, where it was said. */
  readonly appUrl: string | undefined;
  /** Absent: made on the first start and kept in the database. */
  readonly appKey: Secret | undefined;
  /** What was signed with them is still believed. */
  readonly appPreviousKeys: readonly Secret[];
  readonly dataDir: string;
  /** Absent: SQLite in {@link dataDir}. */
  readonly databaseUrl: Secret | undefined;
  readonly trustProxy: Variables['TRUST_PROXY'];
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly reverb: ReverbSettings;
  /** Null where hosted Pusher is not used. */
  readonly pusher: PusherSettings | null;
  /** Null: the files that people send lie in {@link dataDir}. */
  readonly s3: S3Settings | null;
  /** Null: no mail is sent. */
  readonly mail: MailSettings | null;
  /** Null: mails are not answered. */
  readonly mailReplies: MailReplies | null;
  /** Origins that browsers may be reached by, besides those of their makers. */
  readonly pushServices: readonly string[];
  /** What webhooks may reach though it is private. */
  readonly webhookAllowPrivate: Variables['WEBHOOK_ALLOW_PRIVATE'];
  readonly polling: { readonly visitor_ms: number; readonly agent_ms: number };
  readonly limits: Limits;
  /** Addresses and networks that are not served. */
  readonly blockedAddresses: readonly string[];
  /** Whether addresses of people are kept and logged without their end. */
  readonly shortensAddresses: boolean;
  /** Null: nobody looks for viruses. */
  readonly virus: VirusSettings | null;
  /** Null: nowhere. */
  readonly metrics: MetricsSettings | null;
  /** What the first start makes is this where it is given, and made up where it is not. */
  readonly first: {
    readonly adminEmail: string | undefined;
    readonly adminPassword: Secret | undefined;
    readonly siteToken: string | undefined;
  };
  /** What was said and has no effect yet, for the log. */
  readonly remarks: readonly Remark[];
}

export interface Limits {
  /** False switches off all that count requests; sizes hold all the same. */
  readonly rates: boolean;
  readonly messagesPerMinute: number;
  readonly messagesBurst: number;
  readonly initsPerMinute: number;
  /** Of one site, before the first message of one more needs a proof of work. */
  readonly conversationsPerMinute: number;
  /** To one address, and of one site, within a day. */
  readonly mailsPerAddress: number;
  readonly mailsPerSite: number;
  readonly signInFailures: number;
  readonly signInWindow_s: number;
  readonly jsonBody_bytes: number;
  readonly message_chars: number;
  readonly file_bytes: number;
  readonly filesPerMessage: number;
  /** Of one picture, all its frames together. */
  readonly imagePixels: number;
  /** Of one visitor; one address may send four times as much. */
  readonly uploadsPerHour_bytes: number;
  /** Uploads leave so much of the disk to the rest: what is written must still be kept. */
  readonly freeDisk_bytes: number;
  /** Lower case, without the point. */
  readonly refusedExtensions: readonly string[];
}

/**
 * @param localNames host names and addresses that mean this machine
 * @throws ConfigError naming every variable at fault
 */
export function configFrom(
  environment: Environment,
  localNames: ReadonlySet<string> = namesOfThisMachine(),
): Config {
  const given = parseVariables(environment);
  const faults: string[] = [];
  const config: Config = {
    port: given.PORT,
    host: given.HOST,
    appUrl: given.APP_URL === undefined ? undefined : new URL(given.APP_URL).origin,
    appKey: given.APP_KEY,
    appPreviousKeys: given.APP_PREVIOUS_KEYS,
    dataDir: resolve(given.DATA_DIR),
    databaseUrl: given.DATABASE_URL,
    trustProxy: given.TRUST_PROXY,
    logLevel: given.LOG_LEVEL,
    reverb: reverbFrom(given, localNames, faults),
    pusher: pusherFrom(given, faults),
    s3: s3From(given, faults),
    mail: mailFrom(given, faults),
    mailReplies: mailRepliesFrom(given, faults),
    pushServices: given.PUSH_SERVICES,
    webhookAllowPrivate: given.WEBHOOK_ALLOW_PRIVATE,
    polling: {
      visitor_ms: given.POLL_INTERVAL_VISITOR_MS,
      agent_ms: given.POLL_INTERVAL_AGENT_MS,
    },
    limits: limitsFrom(given),
    blockedAddresses: given.BLOCKED_ADDRESSES,
    shortensAddresses: given.SHORTEN_ADDRESSES,
    virus: virusFrom(given, faults),
    metrics: metricsFrom(given, 'METRICS_PORT'),
    first: {
      adminEmail: given.PARLEY_ADMIN_EMAIL,
      adminPassword: given.PARLEY_ADMIN_PASSWORD,
      siteToken: given.PARLEY_SITE_TOKEN,
    },
    remarks: remarksOn(given),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return deepFreeze(config);
}

/** The rest of a Laravel application's file is none of the stand-alone server's business. */
const REALTIME_VARIABLES =
  /^(REVERB_\w+|REDIS_\w+|HOST|LOG_LEVEL|METRICS_HOST|DRAIN_SECONDS|BLOCKED_ADDRESSES|TRUST_PROXY)$/;

/**
 * For the Pusher-protocol server alone.
 * @throws ConfigError naming every variable at fault
 */
export function realtimeConfigFrom(
  environment: Environment,
  localNames: ReadonlySet<string> = namesOfThisMachine(),
): RealtimeConfig {
  const faults: string[] = [];
  const own = Object.entries(environment).filter(([name]) => REALTIME_VARIABLES.test(name));
  const config = realtimeFrom(parseVariables(Object.fromEntries(own)), localNames, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return deepFreeze(config);
}

function limitsFrom(given: Variables): Limits {
  return {
    rates: given.RATE_LIMITS,
    messagesPerMinute: given.LIMIT_MESSAGES_PER_MINUTE,
    messagesBurst: given.LIMIT_MESSAGES_BURST,
    initsPerMinute: given.LIMIT_INITS_PER_MINUTE,
    conversationsPerMinute: given.LIMIT_CONVERSATIONS_PER_MINUTE,
    mailsPerAddress: given.LIMIT_MAILS_PER_ADDRESS,
    mailsPerSite: given.LIMIT_MAILS_PER_SITE,
    signInFailures: given.LIMIT_SIGN_IN_FAILURES,
    signInWindow_s: given.LIMIT_SIGN_IN_WINDOW_S,
    jsonBody_bytes: given.LIMIT_JSON_BODY_BYTES,
    message_chars: given.LIMIT_MESSAGE_CHARS,
    file_bytes: given.LIMIT_FILE_BYTES,
    filesPerMessage: given.LIMIT_FILES_PER_MESSAGE,
    imagePixels: given.LIMIT_IMAGE_PIXELS,
    uploadsPerHour_bytes: given.LIMIT_UPLOAD_BYTES_PER_HOUR,
    freeDisk_bytes: given.LIMIT_FREE_DISK_BYTES,
    refusedExtensions: given.REFUSED_FILE_EXTENSIONS,
  };
}

function remarksOn(given: Variables): Remark[] {
  const remarks = [...remarksOnApps(given), ...remarksOnMail(given)];
  if (given.REVERB_APPS_FILE !== undefined) {
    remarks.push('configuration.apps_file');
  }
  if (given.BROADCAST_CONNECTION === 'log') {
    remarks.push('configuration.broadcast_log');
  }
  return remarks;
}

function namesOfThisMachine(): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return new Set([hostname().toLowerCase(), ...addresses.map(({ address }) => address)]);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
