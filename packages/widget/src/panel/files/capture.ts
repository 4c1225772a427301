import { waveformOf, type Enclosure } from '@parley/client';
import { PAGE_LIMITS } from '@parley/protocol';

/** Why nothing can be recorded. */
export type MicrophoneFault = 'micRefused' | 'micMissing' | 'micFailed';

/** A recording under way. */
export interface Capture {
  /** How loud it is now, from 0 to 1. */
  level(): number;
  /** Since it began. */
  elapsed_ms(): number;
  /** Ends it and gives what was recorded. */
  stop(): Promise<Enclosure>;
  /** Ends it and forgets it. */
  cancel(): void;
}

/** What each browser records, the smallest first. */
const TYPES = [
  ['audio/webm;codecs=opus', 'webm'],
  ['audio/mp4;codecs=mp4a.40.2', 'm4a'],
  ['audio/mp4', 'm4a'],
  ['audio/ogg;codecs=opus', 'ogg'],
] as const;
const LEVEL_MS = 50;
const BITS_PER_S = 32_000;

export function faultOf(error: unknown): MicrophoneFault {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'micRefused';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'micMissing' : 'micFailed';
}

/** Asks for the microphone and begins. Rejects with what {@link faultOf} explains. */
export async function startCapture(): Promise<Capture> {
  const [type, extension] = TYPES.find(([type]) => MediaRecorder.isTypeSupported(type)) ?? [];
  if (type === undefined) throw new Error('This browser records nothing that others play');
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 },
  });
  const meter = startMeter(stream);
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: BITS_PER_S });
  const chunks: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data));
  const stopped = new Promise<void>((resolve) => {
    recorder.addEventListener('stop', () => resolve(), { once: true });
  });
  const started_ms = performance.now();
  // Piece by piece: the browser may put what it has on disk.
  recorder.start(1_000);

  let ended_ms: number | null = null;
  const elapsed_ms = (): number => (ended_ms ?? performance.now()) - started_ms;
  function end(): void {
    // Once: whoever puts the recorder away ends what has been stopped already.
    if (ended_ms !== null) return;
    ended_ms = performance.now();
    if (recorder.state !== 'inactive') recorder.stop();
    for (const track of stream.getTracks()) track.stop();
    meter.stop();
  }

  return {
    level: () => meter.levels.at(-1) ?? 0,
    elapsed_ms,
    async stop() {
      end();
      await stopped;
      const blob = new Blob(chunks, { type });
      return {
        files: [{ name: `voice.${extension}`, type, blob }],
        recording: {
          duration_ms: Math.min(Math.round(elapsed_ms()), PAGE_LIMITS.voice_ms),
          waveform: waveformOf(meter.levels, 64),
        },
      };
    },
    cancel: end,
  };
}

function startMeter(stream: MediaStream): { readonly levels: readonly number[]; stop(): void } {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1_024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const levels: number[] = [];
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // Loudness is felt by its root; speech is far from the full range.
    levels.push(Math.min(1, Math.sqrt(power) * 4));
  }, LEVEL_MS);
  return {
    levels,
    stop: () => {
      clearInterval(timer);
      void context.close();
    },
  };
}
