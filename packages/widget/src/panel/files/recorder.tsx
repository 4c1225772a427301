import './files.css';
import './words.ts';
import { formatDuration, type Enclosure } from '@parley/client';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLanguage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { FileIcon } from './icons.tsx';
import { faultOf, startCapture, type Capture, type MicrophoneFault } from './capture.ts';
import { useObjectUrl } from './object-url.ts';
import { Player } from './player.tsx';

export interface RecorderProps {
  /** Whether the panel is: what nobody sees must not listen. */
  readonly open: boolean;
  readonly onSend: (recording: Enclosure) => void;
  readonly onClose: () => void;
}

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'recording'; readonly capture: Capture }
  | { readonly kind: 'ready'; readonly recorded: Enclosure }
  | { readonly kind: 'failed'; readonly fault: MicrophoneFault };

/** Nobody talks for longer without noticing that it records. */
const LONGEST_MS = 15 * 60_000;

/** Stands in place of the composer: asks for the microphone, records, lets one listen, sends. */
export function Recorder({ open, onSend, onClose }: RecorderProps): JSX.Element {
  const { text } = useLanguage();
  const [state, setState] = useState<State>({ kind: 'asking' });
  const current = useRef<Capture | null>(null);
  const first = useRef<HTMLButtonElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  // What is to be done next has the keyboard; before there is anything, one can but leave.
  useEffect(() => (next.current ?? first.current)?.focus(), [state.kind]);

  useEffect(() => {
    let left = false;
    startCapture().then(
      (capture) => {
        current.current = capture;
        if (left) capture.cancel();
        else setState({ kind: 'recording', capture });
      },
      (error: unknown) => {
        if (!left) setState({ kind: 'failed', fault: faultOf(error) });
      },
    );
    return () => {
      left = true;
      current.current?.cancel();
    };
  }, []);

  useEffect(() => {
    if (!open) void stop();
  }, [open, state]);

  async function stop(): Promise<Enclosure | null> {
    if (state.kind !== 'recording') return null;
    const recorded = await state.capture.stop();
    setState({ kind: 'ready', recorded });
    return recorded;
  }

  async function send(): Promise<void> {
    const recorded = state.kind === 'ready' ? state.recorded : await stop();
    if (recorded !== null) onSend(recorded);
  }

  const canSend = state.kind === 'recording' || state.kind === 'ready';
  return (
    <div
      class="recorder"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || state.kind !== 'recording') return;
        // It ends the recording first, and the panel the next time.
        event.preventDefault();
        void stop();
      }}
    >
      {state.kind === 'failed' && (
        <p class="fault" role="alert">
          {text(state.fault)}
        </p>
      )}
      <div class="entry">
        <button
          type="button"
          class="icon-button"
          aria-label={text(state.kind === 'failed' ? 'dismiss' : 'discardRecording')}
          ref={first}
          onClick={onClose}
        >
          <Icon name={state.kind === 'failed' ? 'close' : 'trash'} />
        </button>
        <div class="take">
          {state.kind === 'asking' && <span role="status">{text('micWait')}</span>}
          {state.kind === 'recording' && (
            <Meter capture={state.capture} onLongest={() => void stop()} />
          )}
          {state.kind === 'ready' && <Preview recorded={state.recorded} />}
        </div>
        {state.kind === 'recording' && (
          <button
            type="button"
            class="icon-button"
            aria-label={text('stopRecording')}
            ref={next}
            onClick={() => void stop()}
          >
            <FileIcon name="stop" />
          </button>
        )}
        {canSend && (
          <button
            type="button"
            class="send"
            aria-label={text('send')}
            ref={state.kind === 'ready' ? next : null}
            onClick={() => void send()}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </div>
  );
}

const METER_MS = 80;
const METER_BARS = 28;

/** The last seconds as bars, and how long it has been. */
function Meter({
  capture,
  onLongest,
}: {
  readonly capture: Capture;
  readonly onLongest: () => void;
}): JSX.Element {
  const { text } = useLanguage();
  const [levels, setLevels] = useState<readonly number[]>(() =>
    Array.from({ length: METER_BARS }, () => 0),
  );
  const elapsed_ms = capture.elapsed_ms();
  const isLongest = elapsed_ms >= LONGEST_MS;
  useEffect(() => {
    const timer = setInterval(() => {
      setLevels((before) => [...before.slice(1), capture.level()]);
    }, METER_MS);
    return () => clearInterval(timer);
  }, [capture]);
  useEffect(() => {
    if (isLongest) onLongest();
  }, [isLongest]);
  return (
    <>
      <span class="unseen" role="status">
        {text('recording')}
      </span>
      <i class="red" aria-hidden="true" />
      <span class="clock" role="timer">
        {formatDuration(elapsed_ms)}
      </span>
      <svg class="meter" viewBox={`0 0 ${METER_BARS * 4} 28`} aria-hidden="true">
        {levels.map((level, index) => {
          const height = 3 + level * 23;
          return (
            <rect
              key={index}
              x={index * 4}
              y={14 - height / 2}
              width={2.4}
              height={height}
              rx={1.2}
            />
          );
        })}
      </svg>
    </>
  );
}

function Preview({ recorded }: { readonly recorded: Enclosure }): JSX.Element | null {
  const { text } = useLanguage();
  const [file] = recorded.files;
  const url = useObjectUrl(file?.blob ?? null);
  if (url === null || recorded.recording === null) return null;
  return <Player source={url} label={text('voice')} {...recorded.recording} />;
}
