import { createRecordingPlayer, formatDuration, waveformOf } from '@parley/client';
import { Pause, Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { cx } from '../../ui/cx.ts';
import { useStore } from '../../ui/use-store.ts';

const BARS = 44;

/** A recording with its shape, which is also where one chooses the position. */
export function Player({
  source,
  label,
  duration_ms,
  waveform,
}: {
  source: string;
  /** Names the recording for screen readers. */
  label: string;
  /** Null: it is not known before the recording is loaded. */
  duration_ms: number | null;
  /** Empty: a plain line. */
  waveform: readonly number[];
}) {
  const [player] = useState(createRecordingPlayer);
  const { state, at_ms, loaded_ms, speed } = useStore(player.view);
  const whole_ms = duration_ms ?? loaded_ms ?? 0;
  const part = whole_ms === 0 ? 0 : Math.min(1, at_ms / whole_ms);

  return (
    <div
      role="group"
      aria-label={label}
      className="flex w-80 max-w-full flex-wrap items-center gap-2.5 rounded-2xl bg-sunken py-2 pr-3 pl-2 text-xs tabular-nums"
    >
      <audio
        ref={player.attach}
        src={source}
        preload={duration_ms === null ? 'metadata' : 'none'}
      />
      <button
        type="button"
        aria-label={t(state === 'playing' ? 'files.pause' : 'files.play')}
        onClick={player.toggle}
        className="flex size-9 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent hover:bg-accent-strong"
      >
        {state === 'playing' ? (
          <Pause size={16} fill="currentColor" aria-hidden />
        ) : (
          <Play size={16} fill="currentColor" aria-hidden />
        )}
      </button>
      <div className="relative h-7 min-w-16 flex-1 rounded-md has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
        <Wave waveform={waveform} part={part} />
        <input
          type="range"
          min={0}
          max={1}
          step={0.02}
          value={part}
          aria-label={t('files.position')}
          aria-valuetext={`${formatDuration(at_ms)} / ${formatDuration(whole_ms)}`}
          onChange={(event) => player.seek(Number(event.target.value) * whole_ms)}
          className="absolute inset-0 m-0 w-full cursor-pointer opacity-0"
        />
      </div>
      <span className="text-muted">{formatDuration(at_ms > 0 ? at_ms : whole_ms)}</span>
      <button
        type="button"
        aria-label={t('files.speed', { count: speed })}
        onClick={player.faster}
        className="min-h-6 min-w-9 rounded-full bg-raised px-1.5 font-semibold hover:bg-hover"
      >
        {speed}×
      </button>
      {state === 'failed' && (
        <p role="alert" className="w-full text-late">
          {t('files.unplayable')}
        </p>
      )}
    </div>
  );
}

function Wave({ waveform, part }: { waveform: readonly number[]; part: number }) {
  const bars = useMemo(() => waveformOf(waveform, BARS), [waveform]);
  return (
    <svg
      viewBox={`0 0 ${BARS * 4} 28`}
      preserveAspectRatio="none"
      aria-hidden
      className="block size-full"
    >
      {bars.map((level, index) => {
        const height = 3 + level * 23;
        return (
          <rect
            // oxlint-disable-next-line react/no-array-index-key -- a bar is its place
            key={index}
            x={index * 4}
            y={14 - height / 2}
            width={2.4}
            height={height}
            rx={1.2}
            className={cx((index + 0.5) / BARS <= part ? 'fill-accent' : 'fill-line-strong')}
          />
        );
      })}
    </svg>
  );
}
