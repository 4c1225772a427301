import { createStore, type Store, type WritableStore } from './store.ts';

/** How a recording is being played. */
export interface PlayerView {
  readonly state: 'paused' | 'playing' | 'failed';
  readonly at_ms: number;
  /** Null: it is not loaded yet, or was recorded live and does not know how long it is. */
  readonly loaded_ms: number | null;
  /** So many times as fast as it was spoken. */
  readonly speed: number;
}

export interface RecordingPlayer {
  readonly view: Store<PlayerView>;
  /** For the `ref` of the audio element: null as it goes, which ends the playing. */
  readonly attach: (element: HTMLAudioElement | null) => void;
  readonly toggle: () => void;
  readonly seek: (to_ms: number) => void;
  /** The next speed, and after the last the first. */
  readonly faster: () => void;
}

const SPEEDS = [1, 1.5, 2];

/** The one that plays: only one at a time does. */
let playing: HTMLAudioElement | null = null;

export function createRecordingPlayer(): RecordingPlayer {
  const view = createStore<PlayerView>({ state: 'paused', at_ms: 0, loaded_ms: null, speed: 1 });
  let audio: HTMLAudioElement | null = null;
  let unfollow = (): void => undefined;

  function play(element: HTMLAudioElement): void {
    playing?.pause();
    playing = element;
    element.playbackRate = view.get().speed;
    element.play().catch((error: unknown) => {
      // Paused, by hand or for another one, before the first sound had come.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      change(view, { state: 'failed' });
    });
  }

  return {
    view,
    attach(element) {
      unfollow();
      if (audio !== null && audio !== element) {
        audio.pause();
        if (playing === audio) playing = null;
      }
      audio = element;
      if (element !== null) unfollow = follow(element, view);
    },
    toggle() {
      if (audio === null) return;
      if (view.get().state === 'playing') audio.pause();
      else play(audio);
    },
    seek(to_ms) {
      if (audio === null) return;
      audio.currentTime = to_ms / 1_000;
      change(view, { at_ms: to_ms });
    },
    faster() {
      const speed = SPEEDS[(SPEEDS.indexOf(view.get().speed) + 1) % SPEEDS.length] ?? 1;
      if (audio !== null) audio.playbackRate = speed;
      change(view, { speed });
    },
  };
}

const change = (view: WritableStore<PlayerView>, part: Partial<PlayerView>): void =>
  view.set({ ...view.get(), ...part });

/** Tells what the element does; returns how to stop that. */
function follow(element: HTMLAudioElement, view: WritableStore<PlayerView>): () => void {
  const set = (part: Partial<PlayerView>): void => change(view, part);
  const stop = new AbortController();
  const on = (name: keyof HTMLMediaElementEventMap, act: () => void): void =>
    element.addEventListener(name, act, { signal: stop.signal });
  on('play', () => set({ state: 'playing' }));
  on('pause', () => {
    if (view.get().state === 'playing') set({ state: 'paused' });
  });
  on('ended', () => set({ at_ms: 0 }));
  on('timeupdate', () => set({ at_ms: element.currentTime * 1_000 }));
  on('loadedmetadata', () => {
    const { duration } = element;
    set({ loaded_ms: Number.isFinite(duration) ? duration * 1_000 : null });
  });
  on('error', () => set({ state: 'failed' }));
  return () => stop.abort();
}
