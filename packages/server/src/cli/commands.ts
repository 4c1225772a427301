import { haveMemorySettings } from '../memory-settings.ts';
import type { Command } from './command.ts';

const text = (value: string, help: string) => ({ value, help });
const flag = (help: string) => ({ value: null, help });

const dialect = text('NAME', 'of a dump that does not say what wrote it: mysql, postgres, sqlite');
const importOptions = {
  site: text('ID', 'number or token of the site that gets them; default the first'),
  'dry-run': flag('write nothing, say what could be taken'),
  report: text('FILE', 'to list all that was not taken in, with its lines'),
};
const ABOUT_IMPORT =
  'May be run again: what is here already is not added twice, and what was erased here stays so.\n' +
  'Stop the server first.';

/** All of them, in the order of the help; the first is what `parley` alone means. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'start',
    summary: 'runs the whole server: API, widget, dashboard and live events',
    options: {
      host: text('HOST', 'address to listen on; HOST, default all'),
      port: text('PORT', 'port to listen on; PORT, default 8000'),
    },
    load: async () => {
      // First: it begins anew, and what is loaded before is loaded twice.
      haveMemorySettings();
      return (await import('./start.ts')).start;
    },
  },
  {
    name: 'realtime',
    summary: 'runs the Pusher-protocol server alone, in place of `php artisan reverb:start`',
    about:
      'An option goes before the variable that it stands for; all others are told in the environment\n' +
      'or in .env.',
    options: {
      host: text('HOST', 'address to listen on; REVERB_SERVER_HOST, default 0.0.0.0'),
      port: text('PORT', 'port to listen on; REVERB_SERVER_PORT, default 8080'),
      path: text('PATH', 'what all paths begin with; REVERB_SERVER_PATH, default none'),
      apps: text(
        'FILE',
        'apps, as YAML or JSON; REVERB_APPS_FILE, default REVERB_APP_ID, _KEY, _SECRET',
      ),
      debug: flag('log everything; LOG_LEVEL=debug'),
    },
    load: async () => (await import('./realtime.ts')).realtime,
  },
  {
    name: 'migrate',
    summary: 'makes the database, or brings it up to date, as each start does by itself',
    options: { check: flag('change nothing, say what would be done; exit code 1 where anything') },
    load: async () => (await import('./migrate.ts')).migrate,
  },
  {
    name: 'agent add',
    summary: 'adds an agent to a site, with a new account where there is none of this address',
    about:
      'A password is made up and shown once, or read from the standard input:\n' +
      '  parley agent add --email ada@shop.example --password-stdin < password.txt\n' +
      'An account that is there keeps its own; its role on the site becomes the one given.',
    options: {
      email: text('ADDRESS', 'by which the agent signs in; needed'),
      name: text('NAME', 'that visitors see; default what stands before the @'),
      role: text('ROLE', 'agent, admin or owner; default agent'),
      site: text('ID', 'number or token of the site; default the first'),
      'password-stdin': flag('read the password from the standard input'),
    },
    load: async () => (await import('./agent.ts')).addAgent,
  },
  {
    name: 'site add',
    summary: 'adds a site and prints the line that embeds its widget',
    options: {
      name: text('NAME', 'that visitors see; needed'),
      owner: text('ADDRESS', 'of the agent who shall own it; needed'),
      origins: text('LIST', 'that may embed it, as https://shop.example,https://…; default any'),
    },
    load: async () => (await import('./site.ts')).addSite,
  },
  {
    name: 'seed',
    summary: 'fills the database with conversations that nobody had, to try and to measure',
    about: 'Stop the server first.',
    options: {
      conversations: text('N', 'default 200'),
      messages: text('N', 'of all of them together, default 20 times as many'),
      seed: text('N', 'the same number makes the same conversations, default 1'),
      force: flag('also where there are conversations already'),
    },
    load: async () => (await import('./seed.ts')).seed,
  },
  {
    name: 'import laravel',
    summary: 'brings over chat_conversations and chat_messages of a Laravel application',
    about: ABOUT_IMPORT,
    argument: { name: 'FILE', help: 'a dump (.sql, .sql.gz), or chat_conversations as .csv' },
    options: {
      messages: text('FILE', 'chat_messages, where they are in a file of their own'),
      'files-url': text('URL', 'where attachment_path is found from now on; default named only'),
      dialect,
      ...importOptions,
    },
    load: async () => (await import('../import/run-import.ts')).importLaravel,
  },
  {
    name: 'import chatwoot',
    summary: 'brings over contacts, conversations and messages of Chatwoot',
    about: ABOUT_IMPORT,
    argument: { name: 'FILE', help: 'of pg_dump, as text' },
    options: { inbox: text('ID', 'of this inbox alone; default all'), dialect, ...importOptions },
    load: async () => (await import('../import/run-import.ts')).importChatwoot,
  },
  {
    name: 'import livehelperchat',
    summary: 'brings over chats and messages of Live Helper Chat',
    about: ABOUT_IMPORT,
    argument: { name: 'FILE', help: 'of mysqldump' },
    options: {
      inbox: text('ID', 'of this department alone; default all'),
      dialect,
      ...importOptions,
    },
    load: async () => (await import('../import/run-import.ts')).importLiveHelperChat,
  },
  {
    name: 'backup',
    summary: 'copies everything that is to be kept into a new folder, while the server runs',
    about:
      'The database (SQLite), the secret that all others are made from, and the files that people sent.\n' +
      'With PostgreSQL: the secret and the files; pg_dump copies the database, before this.',
    argument: { name: 'FOLDER', help: 'to be made by this' },
    options: {},
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'restore',
    summary: 'puts a backup in place; the server must be stopped',
    about: 'What was there is kept beside it, in a folder that this names.',
    argument: { name: 'FOLDER', help: 'as "parley backup" made it' },
    options: { force: flag('also where there is a database or files already') },
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'doctor',
    summary: 'looks at configuration, database, Redis, WebSockets, mail, files, disk and clock',
    about:
      'Says what is wrong and what to do; changes nothing. Exit code 1 where something is wrong.\n' +
      'Run it beside the server, with the same settings, so that it can ask at the public address.',
    options: {},
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'completion',
    summary: 'prints what makes bash or zsh complete these commands',
    about: 'For ~/.bashrc or ~/.zshrc:\n  source <(parley completion bash)',
    argument: { name: 'SHELL', help: 'bash or zsh' },
    options: {},
    load: async () => {
      const { printCompletion } = await import('./completion.ts');
      return (given) => printCompletion(given.argument, COMMANDS);
    },
  },
];
