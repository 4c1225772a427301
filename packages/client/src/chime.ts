const LOCK = 'parley.chime';
/** For as long no second tab, and no second message, sounds. */
const QUIET_MS = 1_500;

const RATE_HZ = 16_000;
const LENGTH_S = 0.6;
const VOLUME = 0.1;
/** Two soft notes: how high, and when. */
const NOTES = [
  { pitch_hz: 659.25, from_s: 0 },
  { pitch_hz: 880, from_s: 0.11 },
] as const;

let sound: HTMLAudioElement | null = null;

/**
 * Two soft notes, made here: no file, no wait. One tab of the browser sounds, whichever takes the lock
 * first (RT-6). Where the browser wants a click before it lets a page sound, nothing is heard.
 */
export async function chime(): Promise<void> {
  if (!('locks' in navigator)) return;
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    sound ??= new Audio(URL.createObjectURL(new Blob([wave()], { type: 'audio/wav' })));
    try {
      await sound.play();
    } catch (error) {
      if (error instanceof DOMException) return;
      throw error;
    }
    await new Promise((done) => {
      setTimeout(done, QUIET_MS);
    });
  });
}

/** The notes as a WAV file: one channel of 16 bits. */
function wave(): ArrayBuffer {
  const count = RATE_HZ * LENGTH_S;
  const file = new DataView(new ArrayBuffer(44 + count * 2));
  const text = (at: number, letters: string): void => {
    for (let index = 0; index < letters.length; index += 1)
      file.setUint8(at + index, letters.charCodeAt(index));
  };
  text(0, 'RIFF');
  file.setUint32(4, 36 + count * 2, true);
  text(8, 'WAVEfmt ');
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, RATE_HZ, true);
  file.setUint32(28, RATE_HZ * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  text(36, 'data');
  file.setUint32(40, count * 2, true);
  for (let index = 0; index < count; index += 1) {
    file.setInt16(44 + index * 2, levelAt(index / RATE_HZ) * 0x7fff, true);
  }
  return file.buffer;
}

/** Each note swells within a moment and fades. From -1 to 1. */
function levelAt(at_s: number): number {
  let level = 0;
  for (const { pitch_hz, from_s } of NOTES) {
    const since_s = at_s - from_s;
    if (since_s < 0) continue;
    const loudness = Math.min(1, since_s / 0.015) * Math.exp(-since_s * 11);
    level += Math.sin(2 * Math.PI * pitch_hz * since_s) * loudness;
  }
  return level * VOLUME;
}
