import { useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { useChat, useMe } from '../chat-context.tsx';
import { messageOf } from '../i18n/message-of.ts';
import { t } from '../i18n/translate.ts';
import { usePlaces } from '../places.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine, MenuSwitch } from '../ui/menu.tsx';
import { usePreference } from '../ui/preference.ts';
import { theme, THEMES } from '../ui/theme.ts';
import { useToast } from '../ui/toast.tsx';
import { sound } from './chime.ts';
import { useColleagues, useSetAway } from './use-people.ts';

/** Who is signed in, and the few choices of this browser. */
export function AccountMenu() {
  const chat = useChat();
  const navigate = useNavigate();
  const { agent } = useMe();
  const [, ...places] = usePlaces();
  const say = useToast();
  const soundOn = usePreference(sound);
  const chosenTheme = usePreference(theme);
  return (
    <Menu
      align="end"
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={t('account.menu')}
          className="flex size-8 items-center justify-center rounded-full max-md:size-10"
        >
          <Avatar name={agent.name} seed={`agent:${agent.name}`} size="account" />
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-2">
        <div className="truncate text-sm font-semibold">{agent.name}</div>
        <div className="truncate text-xs text-muted">{agent.email}</div>
      </div>
      <MenuLine />
      <MenuLabel>{t('account.theme')}</MenuLabel>
      <MenuChoice
        value={chosenTheme}
        options={THEMES.map((value) => ({ value, text: t(`account.theme.${value}`) }))}
        onChange={(value) => theme.set(value)}
      />
      <MenuLine />
      <AwaySwitch />
      <MenuSwitch checked={soundOn === 'on'} onChange={(on) => sound.set(on ? 'on' : 'off')}>
        {t('account.sound')}
      </MenuSwitch>
      <MenuLine />
      {places.map(({ to, text, icon: Icon }) => (
        <MenuItem
          key={to}
          icon={<Icon size={15} aria-hidden />}
          onSelect={() => void navigate({ to })}
        >
          {t(text)}
        </MenuItem>
      ))}
      <MenuItem
        icon={<LogOut size={15} aria-hidden />}
        onSelect={() => {
          chat.signOut().catch(() => say(t('account.signOut.failed')));
        }}
      >
        {t('account.signOut')}
      </MenuItem>
    </Menu>
  );
}

/** Who is away is given no conversation in turn, and colleagues see it. */
function AwaySwitch() {
  const { agent } = useMe();
  const say = useToast();
  const own = useColleagues().find(({ id }) => id === agent.id);
  const setAway = useSetAway();
  return (
    <MenuSwitch
      checked={own?.availability === 'away'}
      onChange={(away) => {
        setAway(away).catch((error: unknown) => say(messageOf(error)));
      }}
    >
      {t('account.away')}
    </MenuSwitch>
  );
}
