import { type Command, UsageError } from './command.ts';

/** @throws UsageError for a shell that is not known */
// oxlint-disable-next-line require-await -- a thrown error becomes a rejection
export async function printCompletion(shell: string, commands: readonly Command[]): Promise<void> {
  if (shell !== 'bash' && shell !== 'zsh') {
    throw new UsageError(`parley completion: SHELL must be bash or zsh, not "${shell}".`);
  }
  // zsh understands bash's way once it is told to.
  const first = shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : '';
  process.stdout.write(first + bashCompletion(commands));
}

/** A script for bash: first the words of the commands, then the options; else names of files. */
export function bashCompletion(commands: readonly Command[]): string {
  const heads = [...new Set(commands.map(({ name }) => name.split(' ', 1)[0] ?? ''))];
  const groups = heads.flatMap((head) => {
    const words = commands
      .filter(({ name }) => name.startsWith(`${head} `))
      .map(({ name }) => name.slice(head.length + 1));
    return words.length === 0 ? [] : [`    1:${head}) words='${words.join(' ')}' ;;`];
  });
  const options = commands.map(({ name, options }) => {
    const names = [...Object.keys(options), 'help'].map((option) => `--${option}`);
    const pattern = name.includes(' ') ? `*:'${name}'` : `*:${name}|*:'${name} '*`;
    return `    ${pattern}) words='${names.join(' ')}' ;;`;
  });
  return `_parley() {
  local words='' at=$((COMP_CWORD - 1))
  case "$at:\${COMP_WORDS[*]:1:$((at < 2 ? at : 2))}" in
    0:*) words='${heads.join(' ')} --help --version' ;;
${[...groups, ...options].join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _parley parley
`;
}
