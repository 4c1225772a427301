import { createPreference } from '../ui/preference.ts';

export const sound = createPreference('parley.sound', ['on', 'off'], 'on');

const LOCK = 'parley.chime';
/** For as long no second tab, and no second message, sounds. */
const QUIET_MS = 1_500;

let audio: AudioContext | null = null;

/**
 * Two soft notes. Made here, not loaded: no file, no wait. A lock that all tabs of this browser share
 * lets one of them sound.
 */
export function chime(): void {
  if (sound.get() === 'off' || !('locks' in navigator)) return;
  // Before somebody has clicked, a browser refuses and grumbles in the console.
  if (!navigator.userActivation.hasBeenActive) return;
  void navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    audio ??= new AudioContext();
    if (audio.state === 'suspended') await audio.resume();
    play(audio);
    await new Promise((done) => {
      setTimeout(done, QUIET_MS);
    });
  });
}

function play(context: AudioContext): void {
  for (const [frequency_hz, delay_s] of [
    [659.25, 0],
    [880, 0.11],
  ] as const) {
    const start_s = context.currentTime + delay_s;
    const tone = new OscillatorNode(context, { type: 'sine', frequency: frequency_hz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start_s);
    volume.gain.linearRampToValueAtTime(0.09, start_s + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start_s + 0.45);
    tone.connect(volume).connect(context.destination);
    tone.start(start_s);
    tone.stop(start_s + 0.5);
  }
}
