import { parseArgs } from 'node:util';
import { ErrorForPeople } from '../error-for-people.ts';

/** An option of a command: with a value, or (`value` null) a switch. */
export interface CommandOption {
  /** What stands for its value in the help, as `FILE`. */
  readonly value: string | null;
  readonly help: string;
}

/** What the command line knows of a command: parsing, help and completion are made of it. */
export interface Command {
  /** One word or two: `agent add`. */
  readonly name: string;
  readonly summary: string;
  /** Lines of help beyond the summary. */
  readonly about?: string;
  /** The one argument without a name, which must be given; absent: there is none. */
  readonly argument?: { readonly name: string; readonly help: string };
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Loads the code that does it: help and completion need none of it. */
  load(): Promise<Run>;
}

export type Run = (given: Given) => Promise<void>;

/** What stood on the command line, checked against its {@link Command}. */
export interface Given {
  /** Of this Parley. */
  readonly version: string;
  /** Empty where the command has none. */
  readonly argument: string;
  /** Undefined: not given. */
  text(option: string): string | undefined;
  isOn(option: string): boolean;
}

/** What was typed is not a command: exit code 2, with a hint at the help. */
export class UsageError extends ErrorForPeople {
  override readonly name = 'UsageError';
}

/** Exit code 1. */
export class CommandError extends ErrorForPeople {
  override readonly name = 'CommandError';
}

export type Asked =
  | { readonly kind: 'run'; readonly command: Command; readonly given: Given }
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'version' };

/**
 * What is asked for by the words after `parley`. Options without a command are those of the first one.
 * @throws UsageError
 */
export function parseCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  version: string,
): Asked {
  const [first] = words;
  if (first === '--version' || first === '-v') return { kind: 'version' };
  if (first === '--help' || first === '-h' || first === 'help') {
    return { kind: 'help', command: named(words.slice(1), commands) ?? null };
  }
  const command =
    first === undefined || first.startsWith('-') ? commands[0] : named(words, commands);
  if (command === undefined) throw new UsageError(unknown(words, commands));
  const isNamed = command === named(words, commands);
  const rest = words.slice(isNamed ? command.name.split(' ').length : 0);
  const values = valuesOf(command, rest);
  if (values.isHelp) return { kind: 'help', command };
  return { kind: 'run', command, given: { ...values.given, version } };
}

function named(words: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, at) => words[at] === word));
}

function unknown([first = '', second]: readonly string[], commands: readonly Command[]): string {
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length === 0) return `There is no command "${first}".`;
  const names = group.map(({ name }) => `"parley ${name}"`).join(', ');
  return second === undefined
    ? `"${first}" is not all: there is ${names}.`
    : `There is no command "${first} ${second}", but ${names}.`;
}

function valuesOf({ name, argument, options }: Command, words: readonly string[]) {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...words],
      options: {
        ...Object.fromEntries(
          Object.entries(options).map(([key, { value }]) => [key, typed(value)]),
        ),
        help: { type: 'boolean', short: 'h' },
      },
      strict: true,
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`parley ${name}: ${(error as Error).message.split(/\. |\n/, 1)[0]}.`);
  }
  const values: Readonly<Record<string, unknown>> = parsed.values;
  const isHelp = values['help'] === true;
  const [word, ...more] = parsed.positionals;
  const surplus = argument === undefined ? word : more[0];
  if (!isHelp && surplus !== undefined) {
    throw new UsageError(`parley ${name}: "${surplus}" was not expected.`);
  }
  if (!isHelp && argument !== undefined && !word) {
    throw new UsageError(`parley ${name}: ${argument.name} is missing, ${argument.help}.`);
  }
  const given: Omit<Given, 'version'> = {
    argument: word ?? '',
    text: (option) => {
      const value = values[option];
      return typeof value === 'string' ? value : undefined;
    },
    isOn: (option) => values[option] === true,
  };
  return { isHelp, given };
}

const typed = (value: string | null) => ({
  type: value === null ? ('boolean' as const) : ('string' as const),
});

/** What `parley --help` prints. */
export function helpOfAll(commands: readonly Command[]): string {
  const lines = commands.map(({ name, summary }) => [`parley ${name}`, summary] as const);
  return `Usage: parley [command] [options]

${table([...lines, ['parley --version', 'which version this is']])}
"parley COMMAND --help" tells more of each. Without a command: ${commands[0]?.name}.
Settings come from the environment and from .env in the current folder.
`;
}

/** What `parley COMMAND --help` prints. */
export function helpOf({ name, summary, about, argument, options }: Command): string {
  const usage = ['parley', name, ...(argument === undefined ? [] : [argument.name]), '[options]'];
  const rows = [
    ...(argument === undefined ? [] : [[argument.name, argument.help] as const]),
    ...Object.entries(options).map(
      ([option, { value, help }]) =>
        [value === null ? `--${option}` : `--${option} ${value}`, help] as const,
    ),
    ['--help', 'this text'] as const,
  ];
  const text = about === undefined ? '' : `\n${about}\n`;
  return `Usage: ${usage.join(' ')}\n\n${sentence(summary)}\n${text}\n${table(rows)}`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}\n`).join('');
}
