import { formatDuration, waveformOf } from '@parley/client';
import { Pause, Play } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { cx } from '../../ui/cx.ts';

const BARS = 44;
const SPEEDS = [1, 1.5, 2] as const;

/** The one that plays: only one at a time does. */
let playing: HTMLAudioElement | null = null;

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
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState<'paused' | 'playing' | 'failed'>('paused');
  const [at_ms, setAt] = useState(0);
  const [loaded_ms, setLoaded] = useState<number | null>(null);
  const [speed, setSpeed] = useState(0);
  const whole_ms = duration_ms ?? loaded_ms ?? 0;
  const part = whole_ms === 0 ? 0 : Math.min(1, at_ms / whole_ms);
  const rate = SPEEDS[speed] ?? 1;

  useEffect(() => {
    const element = audio.current;
    return () => {
      element?.pause();
      if (playing === element) playing = null;
    };
  }, []);

  function toggle() {
    const element = audio.current;
    if (element === null) return;
    if (state === 'playing') {
      element.pause();
      return;
    }
    playing?.pause();
    playing = element;
    element.playbackRate = rate;
    element.play().catch(() => setState('failed'));
  }

  function seek(to: number) {
    if (audio.current === null) return;
    audio.current.currentTime = (to * whole_ms) / 1_000;
    setAt(to * whole_ms);
  }

  function faster() {
    const next = (speed + 1) % SPEEDS.length;
    setSpeed(next);
    if (audio.current !== null) audio.current.playbackRate = SPEEDS[next] ?? 1;
  }

  return (
    <div
      role="group"
      aria-label={label}
      className="flex w-80 max-w-full flex-wrap items-center gap-2.5 rounded-2xl bg-sunken py-2 pr-3 pl-2 text-xs tabular-nums"
    >
      <audio
        ref={audio}
        src={source}
        preload={duration_ms === null ? 'metadata' : 'none'}
        onPlay={() => setState('playing')}
        onPause={() => setState((now) => (now === 'failed' ? now : 'paused'))}
        onEnded={() => setAt(0)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime * 1_000)}
        onLoadedMetadata={({ currentTarget: { duration } }) =>
          // What was recorded live does not know how long it is.
          setLoaded(Number.isFinite(duration) ? duration * 1_000 : null)
        }
        onError={() => setState('failed')}
      />
      <button
        type="button"
        aria-label={t(state === 'playing' ? 'files.pause' : 'files.play')}
        onClick={toggle}
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
          onChange={(event) => seek(Number(event.target.value))}
          className="absolute inset-0 m-0 w-full cursor-pointer opacity-0"
        />
      </div>
      <span className="text-muted">{formatDuration(at_ms > 0 ? at_ms : whole_ms)}</span>
      <button
        type="button"
        aria-label={t('files.speed', { count: rate })}
        onClick={faster}
        className="min-h-6 min-w-9 rounded-full bg-raised px-1.5 font-semibold hover:bg-hover"
      >
        {rate}×
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
