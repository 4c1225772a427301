import type { enWidget } from './en-widget.ts';
import type { Translated } from './plural.ts';

/** Words about what the widget says, in German. */
export const deWidget: Translated<typeof enWidget> = {
  'site.tab.proactive': 'Ansprache',
  'site.tab.words': 'Texte',

  'look.launcherPicture': 'Bild auf der Schaltfläche',
  'look.launcherPicture.hint':
    'Adresse eines quadratischen Bildes, z. B. eines Gesichts. Leer: das Chat-Symbol.',

  'proactive.title': 'Nachrichten, die von selbst erscheinen',
  'proactive.text':
    'Sie erscheinen über der Chat-Schaltfläche, wenn jemand auf einer Seite bleibt. Jeder Besucher sieht jede nur einmal.',
  'proactive.add': 'Nachricht hinzufügen',
  'proactive.message': 'Nachricht {place}',
  'proactive.words': 'Text',
  'proactive.words.example': 'Können wir Ihnen bei der Auswahl helfen?',
  'proactive.page': 'Seite',
  'proactive.page.hint': 'Pfad der Seite, * für beliebige Teile: /preise*',
  'proactive.after': 'Nach Sekunden',
  'proactive.remove': 'Nachricht {place} entfernen',
  'proactive.none.title': 'Noch keine Nachrichten',
  'proactive.none.text':
    'Eine Frage im richtigen Moment führt öfter zum Gespräch als eine Schaltfläche.',

  'words.title': 'Die Texte des Chats',
  'words.text':
    'Sagen Sie es mit eigenen Worten: Was leer bleibt, lautet wie über dem Feld. Wörter in Klammern werden ersetzt.',
  'words.language': 'Sprache',
  'words.search': 'Text suchen',
  'words.ownOnly': 'Nur eigene Texte',
  'words.own': 'eigener Text',
  'words.none': 'Kein passender Text.',
};
