import type { ConversationCategory, ConversationStatus } from '@parley/protocol';
import type { OldRow } from './old-row.ts';

/** Who wrote, in another product. */
export interface OldPerson {
  /** The same for all conversations of one person; unique within the source. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
}

export interface OldConversation {
  readonly key: string;
  readonly person: OldPerson;
  readonly status: ConversationStatus;
  readonly category: ConversationCategory;
}

export interface OldMessage {
  readonly key: string;
  readonly conversationKey: string;
  readonly sender: 'visitor' | 'agent' | 'bot' | 'system';
  /** Null: the person's own, or none. */
  readonly senderName: string | null;
  /** A note, which the visitor never saw. */
  readonly isPrivate: boolean;
  readonly text: string;
  readonly at_ms: number;
}

/** A row is not taken, and why. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

/**
 * One kind of export. The file is read twice: first all but messages, which must fit into memory, then
 * the messages one by one.
 */
export interface Source {
  /** A part of what makes keys: never to be changed. */
  readonly name: string;
  readonly tables: ReadonlySet<string>;
  /** The table whose rows are messages. */
  readonly messages: string;
  /** Of any other table. @throws NotTaken */
  note(row: OldRow): void;
  /** After all of them. Null: there is no such conversation, or it was not taken. */
  conversation(key: string): OldConversation | null;
  /** @throws NotTaken */
  message(row: OldRow): OldMessage;
  /** What else was left behind: to be told once. */
  remarks(): readonly string[];
}

export interface SourceOptions {
  /** What paths of files are appended to; null: files are named, not linked. */
  readonly filesUrl: string | null;
  /** Only of this inbox or department; null: of all. */
  readonly inbox: string | null;
}

/** The first of these columns that says something. */
export function text(row: OldRow, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = row.values[name]?.trim() ?? '';
    if (value !== '') return value;
  }
  return null;
}

/** @throws NotTaken */
export function required(row: OldRow, ...names: readonly string[]): string {
  const value = text(row, ...names);
  if (value === null) throw new NotTaken(`${row.table}: there is no ${names.join(' or ')}`);
  return value;
}

const DATE =
  /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/**
 * Unix milliseconds of a date as databases write it, of UTC where it names no zone, or of seconds since
 * 1970. @throws NotTaken
 */
export function timeOf(row: OldRow, ...names: readonly string[]): number {
  const value = required(row, ...names);
  const time_ms = /^\d{9,10}$/.test(value) ? Number(value) * 1_000 : dateOf(value);
  // Before the web, or in a future that no chat has seen.
  if (time_ms !== null && time_ms > 0 && time_ms < Date.UTC(2100, 0)) return time_ms;
  throw new NotTaken(`${row.table}: ${names.join(' or ')} is no time: ${value.slice(0, 40)}`);
}

function dateOf(value: string): number | null {
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] =
    DATE.exec(value) ?? [];
  if (year === undefined) return null;
  const ms = Number(`0.${fraction || '0'}`) * 1_000;
  const local = Date.UTC(+year, Number(month) - 1, Number(day), Number(hour), Number(minute));
  // What is no date, such as 0000-00-00 or a 31st of June, would become another.
  if (new Date(local).getUTCDate() !== Number(day)) return null;
  return local + Number(second) * 1_000 + Math.floor(ms) - zoneOf(zone);
}

function zoneOf(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

/** As a person would type one; null for what is none. */
export function emailOf(value: string | null): string | null {
  return value !== null && value.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
    ? value
    : null;
}

export function isTrue(value: string | null | undefined): boolean {
  return value === '1' || value === 't' || value === 'true';
}

/** A line for a file that stays where it is. */
export function fileLine(name: string, path: string, filesUrl: string | null): string {
  if (/^https?:\/\//.test(path)) return `${name}: ${path}`;
  return filesUrl === null
    ? `[${name}]`
    : `${name}: ${filesUrl.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}
