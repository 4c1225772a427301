import { createRecordingPlayer, formatDuration, waveformOf } from '@parley/client';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useLanguage } from '../context.ts';
import { useStore } from '../use-store.ts';
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

/** A recording with its shape, which is also where one chooses the position. */
export function Player({ source, label, duration_ms, waveform }: PlayerProps): JSX.Element {
  const { text } = useLanguage();
  const [player] = useState(createRecordingPlayer);
  const { state, at_ms, loaded_ms, speed } = useStore(player.view);
  const bars = useMemo(() => waveformOf(waveform, BARS), [waveform]);
  const whole_ms = duration_ms ?? loaded_ms ?? 0;
  const part = whole_ms === 0 ? 0 : Math.min(1, at_ms / whole_ms);

  return (
    <div class="player" role="group" aria-label={label}>
      <audio
        ref={player.attach}
        src={source}
        preload={duration_ms === null ? 'metadata' : 'none'}
      />
      <button
        type="button"
        class="play"
        aria-label={text(state === 'playing' ? 'pause' : 'play')}
        onClick={player.toggle}
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
          onInput={(event) => player.seek(Number(event.currentTarget.value) * whole_ms)}
        />
      </div>
      <span class="clock">{formatDuration(at_ms > 0 ? at_ms : whole_ms)}</span>
      <button
        type="button"
        class="speed"
        aria-label={text('speed', { n: speed })}
        onClick={player.faster}
      >
        {speed}×
      </button>
      {state === 'failed' && (
        <p class="fault" role="alert">
          {text('unplayable')}
        </p>
      )}
    </div>
  );
}
