import { formatDuration, waveformOf } from '@parley/client';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useLanguage } from '../context.ts';
import { FileIcon } from './icons.tsx';

export interface PlayerProps {
  readonly source: string;
  /** Names the recording for screen readers. */
  readonly label: string;
  /** Null: it is not known before the recording is loaded. */
  readonly duration_ms: number | null;
  /** Empty: a plain line. */
  readonly waveform: readonly number[];
}

const BARS = 36;
const SPEEDS = [1, 1.5, 2] as const;

/** The one that plays: only one at a time does. */
let playing: HTMLAudioElement | null = null;

/** A recording with its shape, which is also where one chooses the position. */
export function Player({ source, label, duration_ms, waveform }: PlayerProps): JSX.Element {
  const { text } = useLanguage();
  const audio = useRef<HTMLAudioElement>(null);
  const [state, setState] = useState<'paused' | 'playing' | 'failed'>('paused');
  const [at_ms, setAt] = useState(0);
  const [loaded_ms, setLoaded] = useState<number | null>(null);
  const [speed, setSpeed] = useState(0);
  const bars = useMemo(() => waveformOf(waveform, BARS), [waveform]);
  const whole_ms = duration_ms ?? loaded_ms ?? 0;
  const part = whole_ms === 0 ? 0 : Math.min(1, at_ms / whole_ms);

  useEffect(() => {
    const element = audio.current;
    return () => {
      element?.pause();
      if (playing === element) playing = null;
    };
  }, []);

  function toggle(): void {
    const element = audio.current;
    if (element === null) return;
    if (state === 'playing') return element.pause();
    playing?.pause();
    playing = element;
    element.playbackRate = SPEEDS[speed] ?? 1;
    element.play().catch(() => setState('failed'));
  }

  function seek(to: number): void {
    if (audio.current === null) return;
    audio.current.currentTime = (to * whole_ms) / 1_000;
    setAt(to * whole_ms);
  }

  function faster(): void {
    const next = (speed + 1) % SPEEDS.length;
    setSpeed(next);
    if (audio.current !== null) audio.current.playbackRate = SPEEDS[next] ?? 1;
  }

  return (
    <div class="player" role="group" aria-label={label}>
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
        class="play"
        aria-label={text(state === 'playing' ? 'pause' : 'play')}
        onClick={toggle}
      >
        <FileIcon name={state === 'playing' ? 'pause' : 'play'} />
      </button>
      <div class="wave" style={{ '--part': part }}>
        <svg viewBox={`0 0 ${BARS * 4} 28`} preserveAspectRatio="none" aria-hidden="true">
          {bars.map((level, index) => {
            const height = 3 + level * 23;
            return (
              <rect
                key={index}
                class={(index + 0.5) / BARS <= part ? 'played' : ''}
                x={index * 4}
                y={14 - height / 2}
                width={2.4}
                height={height}
                rx={1.2}
              />
            );
          })}
        </svg>
        <input
          type="range"
          min={0}
          max={1}
          step={0.02}
          value={part}
          aria-label={text('position')}
          aria-valuetext={`${formatDuration(at_ms)} / ${formatDuration(whole_ms)}`}
          onInput={(event) => seek(Number(event.currentTarget.value))}
        />
      </div>
      <span class="clock">{formatDuration(at_ms > 0 ? at_ms : whole_ms)}</span>
      <button
        type="button"
        class="speed"
        aria-label={text('speed', { n: SPEEDS[speed] ?? 1 })}
        onClick={faster}
      >
        {SPEEDS[speed]}×
      </button>
      {state === 'failed' && (
        <p class="fault" role="alert">
          {text('unplayable')}
        </p>
      )}
    </div>
  );
}
