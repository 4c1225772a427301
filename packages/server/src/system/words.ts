import type { SystemWords } from '@parley/protocol';

const SEE_CONFIGURE = 'See docs/configure.md.';
const CLOCK = 'Let the system keep the time (chrony, systemd-timesyncd), on each machine.';
const PROXY = 'Let the proxy pass on Upgrade and Connection: docs/deploy.md has Nginx and Caddy.';
const DISK = 'Make room, or move DATA_DIR to a larger disk.';

/** What `parley doctor` says, and whoever asks over HTTP for English; other languages: the dashboard. */
export const WORDS: SystemWords = {
  'node.ok': { said: '{version}' },
  'configuration.ok': { said: 'every variable can be read' },
  'configuration.fault': {
    said: '{fault}',
    advice: 'Correct it in the environment or in .env; docs/configure.md has all of them.',
  },
  'configuration.client_events': {
    said: 'REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM=all counts as members: only subscribers may send.',
    advice: SEE_CONFIGURE,
  },
  'configuration.mailer': {
    said: 'MAIL_MAILER is not smtp, and Parley sends mail over SMTP alone: none is sent.',
    advice: SEE_CONFIGURE,
  },
  'configuration.apps_file': {
    said: 'REVERB_APPS_FILE is for `parley realtime`; this server has one app, its own.',
    advice: SEE_CONFIGURE,
  },
  'configuration.broadcast_log': {
    said: 'BROADCAST_CONNECTION=log reaches no browser: clients poll, as with null.',
    advice: SEE_CONFIGURE,
  },
  'proxy.untrusted': {
    said: 'APP_URL is https, and TRUST_PROXY is off: all visitors seem to have one address',
    advice: 'Set TRUST_PROXY=true where the proxy is on this machine or in its private network.',
  },
  'database.ok': { said: '{name}, up to date' },
  'database.new': { said: '{name}: the first start makes it' },
  'database.pending': {
    said: '{name}: migrations to be done: {count}',
    advice: 'The next start does them, and so does "parley migrate".',
  },
  'database.newer': {
    said: '{name} is of a newer Parley',
    advice: 'Install the version that it was.',
  },
  'database.damaged': {
    said: '{name}: {fault}',
    advice: 'Bring a backup back with "parley restore".',
  },
  'database.file': {
    said: '{reason}',
    advice: 'Look at {file}: its owner, its rights, its disk.',
  },
  'database.server': { said: '{reason}', advice: 'Is PostgreSQL up, and DATABASE_URL right?' },
  'redis.unused': { said: 'not used: this is the only node' },
  'redis.ok': { said: 'answers' },
  'redis.away': {
    said: '{reason}',
    advice: 'Is it up, and REDIS_URL right? Until then each node is alone.',
  },
  'address.ok': { said: '{url} answers' },
  'address.quiet': {
    said: 'nothing answers at {url} ({reason})',
    advice: 'Start the server to have WebSockets looked at; set APP_URL to its public address.',
  },
  'address.away': {
    said: '{url}: {reason}',
    advice:
      'Is the server up, does the name point to the proxy, does the proxy pass on to this port?',
  },
  'websocket.unused': { said: 'not used: clients poll' },
  'websocket.ok': { said: '{url} passes WebSockets on' },
  'websocket.blocked': { said: '{url}: no WebSocket comes through; clients poll', advice: PROXY },
  'websocket.silent': {
    said: '{url}: no answer within {seconds} s; clients poll',
    advice: PROXY,
  },
  'websocket.foreign': {
    said: '{url}: what answers speaks another protocol; clients poll',
    advice: PROXY,
  },
  'mail.unused': { said: 'none is sent: MAIL_HOST is not set' },
  'mail.ok': { said: '{server} takes mail from {sender}' },
  'mail.away': { said: '{server}: {reason}', advice: 'Look at the variables MAIL_*.' },
  'files.folder': { said: 'in {folder}: S3_BUCKET is not set' },
  'files.bucket': { said: 'bucket {bucket}: written, read and removed' },
  'files.away': {
    said: 'bucket {bucket}: {reason}',
    advice: 'Is the bucket there, and may this key put, get and delete in it? See S3_*.',
  },
  'virus.unused': { said: 'nobody looks for viruses: neither CLAMD nor VIRUS_SCAN_COMMAND is set' },
  'virus.ok': { said: '{scanner} finds the test virus' },
  'virus.away': {
    said: '{scanner}: {reason}',
    advice: 'Is it up, and CLAMD or VIRUS_SCAN_COMMAND right? Until then no files are taken.',
  },
  'virus.blind': {
    said: '{scanner} takes the test virus (EICAR) for a clean file',
    advice: 'Look at its signatures (freshclam), and at what VIRUS_SCAN_COMMAND gives it.',
  },
  'virus.small': {
    said: '{scanner} does not look into files of {mebibytes} MiB, which LIMIT_FILE_BYTES allows',
    advice:
      'Raise StreamMaxLength, MaxFileSize and MaxScanSize in clamd.conf, or lower LIMIT_FILE_BYTES.',
  },
  'disk.ok': { said: '{free_gib} GiB free in {folder}' },
  'disk.low': { said: '{free_gib} GiB free in {folder}', advice: DISK },
  'disk.full': { said: '{free_gib} GiB free in {folder}: uploads are refused', advice: DISK },
  'disk.readonly': {
    said: 'this user may not write to {folder}',
    advice: 'Give it to the user that Parley runs as: chown -R parley {folder}',
  },
  'disk.open': {
    said: 'every user of this machine can look into {folder}',
    advice: 'chmod -R o= {folder}',
  },
  'jobs.ok': { said: '{due} due, {later} for later' },
  'jobs.overdue': {
    said: '{due} due, {later} for later; the oldest has waited for {minutes} minutes',
    advice:
      'Mails, webhooks and hosted Pusher wait in this queue: what they need is slow or away. The log says which.',
  },
  'realtime.ok': { said: '{count} sockets are open on this node' },
  'realtime.none': { said: 'no sockets of its own' },
  'realtime.degraded': {
    said: '{provider} takes no events',
    advice:
      'Events wait and are tried again; clients use the next provider. See its quota and keys.',
  },
  'push.ok': { said: '{browsers} browsers of {agents} agents ring' },
  'push.insecure': {
    said: '{browsers} browsers of {agents} agents ring; APP_URL is not https',
    advice: 'Browsers take notifications from https alone: see docs/deploy.md.',
  },
  'clock.alone': { said: '{time}' },
  'clock.ok': { said: '{seconds} s from that of {name}' },
  'clock.off': { said: '{seconds} s from that of {name}', advice: CLOCK },
  'clock.far': { said: '{seconds} s from that of {name}', advice: CLOCK },
  'clock.back': { said: 'the database was written {seconds} s after now', advice: CLOCK },
  'check.late': {
    said: 'no answer within {seconds} s',
    advice: 'Run "parley doctor": it waits longer.',
  },
  'check.failed': { said: '{reason}', advice: 'Look into the log of the server.' },
};
