/** A text with forms by number; `{n}` is the number. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** All words of the panel. `{…}` are places for values. */
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
  today: 'Today',
  yesterday: 'Yesterday',
  team: 'Team',
  you: 'You',
  sending: 'Sending…',
  sent: 'Sent',
  read: 'Read',
  failed: 'Not sent',
  retry: 'Retry',
  discard: 'Discard',
  edited: 'edited',
  deleted: 'This message was deleted',
  edit: 'Edit message',
  delete: 'Delete message',
  editing: 'Editing message',
  cancelEdit: 'Cancel editing',
  save: 'Save',
  confirmDelete: 'Delete this message?',
  confirm: 'Delete',
  keep: 'Keep',
  changeFailed: 'That did not work. Please try again.',
  typing: '{name} is typing',
  typingTeam: 'Someone is typing',
  connecting: 'Connecting…',
  offline: 'You are offline. What you write is sent when you are back.',
  refused: 'This chat is not available right now.',
  name: 'Name',
  email: 'Email',
  optional: 'optional',
  prechat: 'So that we can get back to you',
  nameMissing: 'Please tell us your name.',
  emailMissing: 'Please tell us your email address.',
  emailWrong: 'Please check this email address.',
  tooLong: {
    one: '{n} character too many',
    other: '{n} characters too many',
  } as Plural,
  charactersLeft: {
    one: '{n} character left',
    other: '{n} characters left',
  } as Plural,
  newMessages: {
    one: '{n} new message',
    other: '{n} new messages',
  } as Plural,
  unread: {
    one: '{n} unread message',
    other: '{n} unread messages',
  } as Plural,
  toNewest: 'Go to the newest message',
  older: 'Loading earlier messages…',
  replyMinutes: 'Usually replies in a few minutes',
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
  contact: 'Where can we reach you if you leave?',
  contactSave: 'Save',
  notNow: 'Not now',
  previewNotice: 'We see what you write as you write it.',
} as const;

export type Key = keyof typeof en;

/** The words of one language. */
export type Strings = { readonly [K in Key]: (typeof en)[K] extends string ? string : Plural };
