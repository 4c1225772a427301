import type { enReports } from './en-reports.ts';
import type { Translated } from './plural.ts';

/** Words of the reports, in German. */
export const deReports: Translated<typeof enReports> = {
  'reports.text': 'Gespräche, die an diesen Tagen begannen. Zeitzone: {zone}.',
  'reports.allSites': 'Alle Websites',
  'reports.export': 'CSV exportieren',
  'reports.range': 'Zeitraum',
  'reports.lastDays': { one: 'Letzter {count} Tag', other: 'Letzte {count} Tage' },
  'reports.own': 'Eigener Zeitraum',
  'reports.from': 'Von',
  'reports.to': 'Bis',
  'reports.wrongRange':
    'Wählen Sie einen ersten Tag vor dem letzten und einen Zeitraum von höchstens 366 Tagen.',
  'reports.conversations': 'Gespräche',
  'reports.firstResponse': 'Erste Antwort',
  'reports.waiting': 'Wartezeit',
  'reports.resolution': 'Lösungszeit',
  'reports.rating': 'Bewertung',
  'reports.change': '{change} zum Zeitraum davor',
  'reports.noBefore': 'An den Tagen davor gibt es nichts zum Vergleichen.',
  'reports.median': 'Zeiten sind Mediane: In der Hälfte der Fälle ging es schneller.',
  'reports.name': 'Name',
  'reports.day': 'Tag',
  'reports.figure': 'Kennzahl',
  'reports.noFigure': 'An diesen Tagen wurde dazu nichts gemessen.',
  'reports.byDay': 'Nach Tag',
  'reports.byAgent': 'Nach Mitarbeiter',
  'reports.bySite': 'Nach Website',
  'reports.byHour': 'Nach Uhrzeit und Wochentag',
  'reports.none.title': 'Keine Gespräche in diesem Zeitraum',
  'reports.none.text':
    'Wählen Sie andere Tage, oder bringen Sie den Chat auf Ihre Website: siehe Websites.',
  'reports.notYours.title': 'Berichte sind für Inhaber und Admins',
  'reports.notYours.text':
    'Bitten Sie die Verwalter Ihrer Website um eine Rolle, die sie lesen darf.',
};
