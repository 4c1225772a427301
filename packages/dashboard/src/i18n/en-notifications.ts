import type { Plural } from './plural.ts';

/** Words about hearing of visitors while away. */
export const enNotifications = {
  'notify.title': 'Notifications',
  'notify.text': 'How you hear of a visitor who writes while you are not looking.',
  'notify.here': 'This browser',
  'notify.here.text':
    'It notifies you also while no tab of Parley is open. On an iPhone, add Parley to the home screen first.',
  'notify.here.on': 'Notifications are on',
  'notify.here.off': 'Notifications are off',
  'notify.here.turnOn': 'Turn on',
  'notify.here.turnOff': 'Turn off',
  'notify.here.denied':
    'Notifications are blocked for this address. Allow them in the settings of the browser, then reload.',
  'notify.here.unsupported':
    'This browser cannot notify you here. It needs an address that begins with https.',
  'notify.here.failed': 'This did not work: {message}',
  'notify.away': 'While you are away',
  'notify.push': 'Notify me of',
  'notify.push.mine': 'What is assigned to me or to nobody',
  'notify.push.all': 'Everything on my sites',
  'notify.push.off': 'Nothing',
  'notify.mail': 'Mail me when a visitor has waited for',
  'notify.mail.never': 'No mail',
  'notify.mail.minutes': { one: '{count} minute', other: '{count} minutes' },
  'notify.mail.hint': 'One for each wait, of what is assigned to you or to nobody.',
  'notify.mail.none': 'This server sends no mail. See MAIL_* in the configuration.',
  'notify.quiet': 'Quiet hours',
  'notify.quiet.daily': 'Be quiet every day',
  'notify.quiet.hint': 'No notifications and no mail then. By the clock of {zone}.',
  'notify.quiet.from': 'From',
  'notify.quiet.to': 'To',
} as const satisfies Record<string, string | Plural>;
