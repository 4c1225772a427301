import type { Team } from '@parley/protocol';
import type { JSX } from 'preact';
import { useLanguage } from './context.ts';
import { Icon } from './icons.tsx';
import { initials } from './initials.ts';
import { Options, type Option } from './options.tsx';
import { teamLine } from './team.ts';

export interface HeaderProps {
  readonly title: string;
  /** Null: not known yet. */
  readonly team: Team | null;
  readonly now_ms: number;
  readonly options: readonly Option[];
  readonly onClose: () => void;
}

/** Whom one talks to, and how soon they answer. */
export function Header({ title, team, now_ms, options, onClose }: HeaderProps): JSX.Element {
  const language = useLanguage();
  const { text } = language;
  const line = team === null ? null : teamLine(team, language, now_ms);
  return (
    <header class="header">
      <Faces team={team} />
      <div class="heading">
        <h1 dir="auto">{title || text('title')}</h1>
        {line !== null && <p>{line}</p>}
      </div>
      {options.length > 0 && <Options options={options} />}
      <button type="button" class="icon-button" aria-label={text('close')} onClick={onClose}>
        <Icon name="close" />
      </button>
    </header>
  );
}

function Faces({ team }: { readonly team: Team | null }): JSX.Element {
  if (team === null || team.agents.length === 0) {
    return (
      <div class="mark" aria-hidden="true">
        <Icon name="bubble" />
      </div>
    );
  }
  const names = team.agents.map(({ name }) => name);
  return (
    <div class="faces" role="img" aria-label={names.join(', ')} title={names.join(', ')}>
      {names.map((name, index) => (
        <span class="avatar" key={index}>
          {initials(name)}
        </span>
      ))}
    </div>
  );
}
