import type { enNotifications } from './en-notifications.ts';
import type { Translated } from './plural.ts';

/** Words about hearing of visitors while away, in German. */
export const deNotifications: Translated<typeof enNotifications> = {
  'notify.title': 'Benachrichtigungen',
  'notify.text': 'Wie Sie von neuen Nachrichten erfahren, wenn Sie gerade nicht hinsehen.',
  'notify.here': 'Dieser Browser',
  'notify.here.text':
    'Er meldet sich auch, wenn kein Tab von Parley geöffnet ist. Auf dem iPhone fügen Sie Parley zuerst dem Home-Bildschirm hinzu.',
  'notify.here.on': 'Eingeschaltet',
  'notify.here.off': 'Ausgeschaltet',
  'notify.here.turnOn': 'Einschalten',
  'notify.here.turnOff': 'Ausschalten',
  'notify.here.denied':
    'Benachrichtigungen sind für diese Adresse blockiert. Erlauben Sie sie in den Einstellungen des Browsers und laden Sie die Seite neu.',
  'notify.here.unsupported':
    'Dieser Browser kann hier keine Benachrichtigungen zeigen. Dazu braucht es eine Adresse mit https.',
  'notify.here.failed': 'Das hat nicht geklappt: {message}',
  'notify.away': 'Während Sie weg sind',
  'notify.push': 'Benachrichtigen bei',
  'notify.push.mine': 'Was mir oder niemandem zugewiesen ist',
  'notify.push.all': 'Alles auf meinen Websites',
  'notify.push.off': 'Nichts',
  'notify.mail': 'E-Mail, wenn ein Besucher wartet seit',
  'notify.mail.never': 'Keine E-Mail',
  'notify.mail.minutes': { one: '{count} Minute', other: '{count} Minuten' },
  'notify.mail.hint':
    'Eine E-Mail pro Wartezeit, wenn das Gespräch Ihnen oder niemandem zugewiesen ist.',
  'notify.mail.none': 'Dieser Server sendet keine E-Mails. Siehe MAIL_* in der Konfiguration.',
  'notify.quiet': 'Ruhezeiten',
  'notify.quiet.daily': 'Täglich Ruhe',
  'notify.quiet.hint':
    'In dieser Zeit gibt es weder Benachrichtigungen noch E-Mails. Zeitzone: {zone}.',
  'notify.quiet.from': 'Von',
  'notify.quiet.to': 'Bis',
};
