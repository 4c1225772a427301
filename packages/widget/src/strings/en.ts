import type { enConsent } from './en-consent.ts';
import type { enFiles } from './en-files.ts';
import type { enLater } from './en-later.ts';

/** A text with forms by number; `{n}` is the number. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** The words of a panel that has just opened; others come with what says them. `{…}` are places for values. */
export const en = {
  title: 'Chat with us',
  log: 'Conversation',
  message: 'Message',
  placeholder: 'Write a message…',
  send: 'Send',
  close: 'Close chat',
  loading: 'Loading conversation',
  greeting: 'Hi there 👋',
  emptyHint: 'Ask us anything. We answer right here.',
  failed: 'Not sent',
  changeFailed: 'That did not work. Please try again.',
  typing: '{name} is typing',
  typingTeam: 'Someone is typing',
  connecting: 'Connecting…',
  offline: 'You are offline. What you write is sent when you are back.',
  refused: 'This chat is not available right now.',
  tooLong: {
    one: '{n} character too many',
    other: '{n} characters too many',
  } as Plural,
  charactersLeft: {
    one: '{n} character left',
    other: '{n} characters left',
  } as Plural,
  unread: {
    one: '{n} unread message',
    other: '{n} unread messages',
  } as Plural,
  toNewest: 'Go to the newest message',
  replyMinutes: 'Usually replies in minutes',
  replyHours: {
    one: 'Usually replies within an hour',
    other: 'Usually replies within {n} hours',
  } as Plural,
  replyDays: {
    one: 'Usually replies within a day',
    other: 'Usually replies within {n} days',
  } as Plural,
  away: 'We are away at the moment',
  awayUntil: 'Away until {time}',
  awayHint: 'Leave us a message and your email address, and we will get back to you.',
  previewNotice: 'We see what you write as you write it.',
  options: 'Options',
  sound: 'Sound',
  emoji: 'Emoji',
  notify: 'Notify me of answers',
  attach: 'Attach file',
  drop: 'Drop files to send them',
  record: 'Record voice message',
} as const;

type Words = typeof en & typeof enLater & typeof enFiles & typeof enConsent;

export type Key = keyof Words;

/** The words of one language. */
export type Strings = { readonly [K in Key]: Words[K] extends string ? string : Plural };
