import { AlarmClock, MessageSquare, TimerReset } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { formatDateTime } from '../../i18n/time.ts';
import { t } from '../../i18n/translate.ts';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { MenuItem, MenuLine } from '../../ui/menu.tsx';
import { localInput, snoozeTimes } from './snooze-times.ts';
import type { Change } from './use-change.ts';

/** Until when it sleeps: a usual time, one of one's own, or until the visitor writes. */
export function SnoozeItems({ change, onOwnTime }: { change: Change; onOwnTime: () => void }) {
  return (
    <>
      {snoozeTimes(Date.now()).map(({ preset, at_ms }) => (
        <MenuItem
          key={preset}
          icon={<AlarmClock size={15} aria-hidden />}
          onSelect={() => snooze(change, at_ms)}
        >
          <span className="grow">{t(`conversation.snooze.${preset}`)}</span>
          <span className="pl-4 text-xs text-muted">{formatDateTime(at_ms)}</span>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem
        icon={<MessageSquare size={15} aria-hidden />}
        onSelect={() => change({ snoozed_until: null }, t('conversation.done.snoozedReply'))}
      >
        {t('conversation.snooze.reply')}
      </MenuItem>
      <MenuItem icon={<TimerReset size={15} aria-hidden />} onSelect={onOwnTime}>
        {t('conversation.snooze.own')}
      </MenuItem>
    </>
  );
}

function snooze(change: Change, at_ms: number): void {
  const time = formatDateTime(at_ms);
  change({ snoozed_until: Math.floor(at_ms / 1000) }, t('conversation.done.snoozed', { time }));
}

const DAY_MS = 24 * 60 * 60_000;
const LONGEST_MS = 5 * 365 * DAY_MS;

/** A time of one's own. */
export function SnoozeDialog({ change, onClose }: { change: Change; onClose: () => void }) {
  const [value, setValue] = useState(() => localInput(Date.now() + DAY_MS));
  const [wrong, setWrong] = useState(false);

  function submit(event: FormEvent) {
    event.preventDefault();
    const at_ms = new Date(value).getTime();
    const ahead_ms = at_ms - Date.now();
    // Not a number is neither.
    if (!(ahead_ms > 0 && ahead_ms < LONGEST_MS)) {
      setWrong(true);
      return;
    }
    snooze(change, at_ms);
    onClose();
  }

  return (
    <Dialog title={t('conversation.snooze.title')} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <label className="flex flex-col gap-1.5 text-sm font-medium">
          {t('conversation.snooze.at')}
          <input
            type="datetime-local"
            value={value}
            aria-invalid={wrong}
            aria-describedby={wrong ? 'snooze-wrong' : undefined}
            onChange={(event) => {
              setValue(event.target.value);
              setWrong(false);
            }}
            className="h-10 rounded-lg border border-line-strong bg-surface px-3 text-base font-normal max-md:text-lg"
          />
        </label>
        <p id="snooze-wrong" role="alert" className="mt-1.5 min-h-4 text-xs text-late">
          {wrong && t('conversation.snooze.past')}
        </p>
        <DialogActions>
          <Button onClick={onClose}>{t('conversation.snooze.cancel')}</Button>
          <Button type="submit" look="primary">
            {t('conversation.snooze')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
