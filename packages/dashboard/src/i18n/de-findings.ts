import type { SystemWords } from '@parley/protocol';

const KONFIGURATION = 'Siehe docs/configure.md.';
const ZEIT =
  'Lassen Sie auf jedem Rechner das System die Zeit stellen (chrony, systemd-timesyncd).';
const PROXY =
  'Lassen Sie den Proxy Upgrade und Connection weitergeben: docs/deploy.md zeigt es für Nginx und Caddy.';
const PLATZ = 'Schaffen Sie Platz, oder verlegen Sie DATA_DIR auf eine größere Festplatte.';

/** What was found of the server, by its stable code, in German; English is the server’s own. */
export const deFindings: SystemWords = {
  'node.ok': { said: '{version}' },
  'configuration.ok': { said: 'Alle Variablen sind lesbar.' },
  'configuration.fault': {
    said: '{fault}',
    advice: 'Korrigieren Sie es in der Umgebung oder in .env; docs/configure.md nennt alle.',
  },
  'configuration.client_events': {
    said: 'REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM=all gilt wie members: Nur Abonnenten dürfen senden.',
    advice: KONFIGURATION,
  },
  'configuration.mailer': {
    said: 'MAIL_MAILER ist nicht smtp, und Parley sendet E-Mails nur über SMTP: Es wird keine gesendet.',
    advice: KONFIGURATION,
  },
  'configuration.apps_file': {
    said: 'REVERB_APPS_FILE gilt für „parley realtime“; dieser Server hat eine App, seine eigene.',
    advice: KONFIGURATION,
  },
  'configuration.broadcast_log': {
    said: 'BROADCAST_CONNECTION=log erreicht keinen Browser: Sie fragen regelmäßig nach, wie bei null.',
    advice: KONFIGURATION,
  },
  'proxy.untrusted': {
    said: 'APP_URL ist https, und TRUST_PROXY ist aus: Alle Besucher scheinen dieselbe Adresse zu haben.',
    advice:
      'Setzen Sie TRUST_PROXY=true, wenn der Proxy auf diesem Rechner oder in dessen privatem Netz läuft.',
  },
  'database.ok': { said: '{name}, auf dem neuesten Stand' },
  'database.new': { said: '{name}: wird beim ersten Start angelegt' },
  'database.pending': {
    said: '{name}: ausstehende Migrationen: {count}',
    advice: 'Der nächste Start führt sie aus, ebenso „parley migrate“.',
  },
  'database.newer': {
    said: '{name} stammt von einem neueren Parley.',
    advice: 'Installieren Sie die Version, mit der sie zuletzt lief.',
  },
  'database.damaged': {
    said: '{name}: {fault}',
    advice: 'Spielen Sie mit „parley restore“ eine Sicherung zurück.',
  },
  'database.file': {
    said: '{reason}',
    advice: 'Prüfen Sie {file}: Eigentümer, Rechte, Festplatte.',
  },
  'database.server': { said: '{reason}', advice: 'Läuft PostgreSQL, und stimmt DATABASE_URL?' },
  'redis.unused': { said: 'Wird nicht benutzt: Dies ist der einzige Knoten.' },
  'redis.ok': { said: 'Antwortet.' },
  'redis.away': {
    said: '{reason}',
    advice: 'Läuft er, und stimmt REDIS_URL? Bis dahin ist jeder Knoten für sich.',
  },
  'address.ok': { said: '{url} antwortet.' },
  'address.quiet': {
    said: 'Unter {url} antwortet niemand ({reason}).',
    advice:
      'Starten Sie den Server, damit WebSockets geprüft werden; setzen Sie APP_URL auf seine öffentliche Adresse.',
  },
  'address.away': {
    said: '{url}: {reason}',
    advice: 'Läuft der Server, zeigt der Name auf den Proxy, gibt der Proxy an diesen Port weiter?',
  },
  'websocket.unused': { said: 'Wird nicht benutzt: Browser fragen regelmäßig nach.' },
  'websocket.ok': { said: '{url} gibt WebSockets weiter.' },
  'websocket.blocked': {
    said: '{url}: Kein WebSocket kommt durch; Browser fragen regelmäßig nach.',
    advice: PROXY,
  },
  'websocket.silent': {
    said: '{url}: keine Antwort in {seconds} s; Browser fragen regelmäßig nach.',
    advice: PROXY,
  },
  'websocket.foreign': {
    said: '{url}: Was antwortet, spricht ein anderes Protokoll; Browser fragen regelmäßig nach.',
    advice: PROXY,
  },
  'mail.unused': { said: 'Es wird keine gesendet: MAIL_HOST ist nicht gesetzt.' },
  'mail.ok': { said: '{server} nimmt E-Mails von {sender} an.' },
  'mail.away': { said: '{server}: {reason}', advice: 'Prüfen Sie die Variablen MAIL_*.' },
  'files.folder': { said: 'In {folder}: S3_BUCKET ist nicht gesetzt.' },
  'files.bucket': { said: 'Bucket {bucket}: geschrieben, gelesen und gelöscht' },
  'files.away': {
    said: 'Bucket {bucket}: {reason}',
    advice:
      'Gibt es den Bucket, und darf dieser Schlüssel darin schreiben, lesen und löschen? Siehe S3_*.',
  },
  'virus.unused': {
    said: 'Niemand sucht nach Viren: Weder CLAMD noch VIRUS_SCAN_COMMAND ist gesetzt.',
  },
  'virus.ok': { said: '{scanner} findet den Testvirus.' },
  'virus.away': {
    said: '{scanner}: {reason}',
    advice:
      'Läuft er, und stimmt CLAMD oder VIRUS_SCAN_COMMAND? Bis dahin wird keine Datei angenommen.',
  },
  'virus.blind': {
    said: '{scanner} hält den Testvirus (EICAR) für eine saubere Datei.',
    advice: 'Prüfen Sie seine Signaturen (freshclam) und was VIRUS_SCAN_COMMAND ihm übergibt.',
  },
  'virus.small': {
    said: '{scanner} sieht nicht in Dateien von {mebibytes} MiB, die LIMIT_FILE_BYTES erlaubt.',
    advice:
      'Erhöhen Sie StreamMaxLength, MaxFileSize und MaxScanSize in clamd.conf, oder senken Sie LIMIT_FILE_BYTES.',
  },
  'disk.ok': { said: '{free_gib} GiB frei in {folder}' },
  'disk.low': { said: '{free_gib} GiB frei in {folder}', advice: PLATZ },
  'disk.full': {
    said: '{free_gib} GiB frei in {folder}: Dateien werden abgelehnt.',
    advice: PLATZ,
  },
  'disk.readonly': {
    said: 'Dieser Benutzer darf nicht in {folder} schreiben.',
    advice: 'Geben Sie den Ordner dem Benutzer, unter dem Parley läuft: chown -R parley {folder}',
  },
  'disk.open': {
    said: 'Jeder Benutzer dieses Rechners kann in {folder} hineinsehen.',
    advice: 'chmod -R o= {folder}',
  },
  'jobs.ok': { said: 'fällig: {due}, für später: {later}' },
  'jobs.overdue': {
    said: 'fällig: {due}, für später: {later}; die älteste Aufgabe wartet seit {minutes} Minuten.',
    advice:
      'E-Mails, Webhooks und das gehostete Pusher warten in dieser Schlange: Was sie brauchen, ist langsam oder fort. Was es ist, steht im Protokoll des Servers.',
  },
  'realtime.ok': { said: 'Offene Verbindungen auf diesem Knoten: {count}' },
  'realtime.none': { said: 'Keine eigenen Verbindungen' },
  'realtime.degraded': {
    said: '{provider} nimmt keine Ereignisse an.',
    advice:
      'Ereignisse warten und werden erneut gesendet; Browser weichen auf den nächsten Anbieter aus. Prüfen Sie Kontingent und Schlüssel.',
  },
  'push.ok': { said: 'Browser, die klingeln: {browsers}, von Mitarbeitern: {agents}' },
  'push.insecure': {
    said: 'Browser, die klingeln: {browsers}, von Mitarbeitern: {agents}; APP_URL ist nicht https.',
    advice: 'Browser nehmen Benachrichtigungen nur über https an: siehe docs/deploy.md.',
  },
  'clock.alone': { said: '{time}' },
  'clock.ok': { said: '{seconds} s Abstand zur Uhr von {name}' },
  'clock.off': { said: '{seconds} s Abstand zur Uhr von {name}', advice: ZEIT },
  'clock.far': { said: '{seconds} s Abstand zur Uhr von {name}', advice: ZEIT },
  'clock.back': {
    said: 'Die Datenbank wurde {seconds} s nach dem jetzigen Zeitpunkt geschrieben.',
    advice: ZEIT,
  },
  'check.late': {
    said: 'keine Antwort in {seconds} s',
    advice: 'Führen Sie „parley doctor“ aus: Es wartet länger.',
  },
  'check.failed': { said: '{reason}', advice: 'Sehen Sie in das Protokoll des Servers.' },
};
