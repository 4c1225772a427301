import { useLazy } from '../lazy.ts';

/** What only conversations with files need, each loaded when it is wanted first. */
const loadFiles = () => import('./files.tsx');
const loadRecorder = async () => (await import('./recorder.tsx')).Recorder;

export const useFilesPart = (wanted: boolean) => useLazy(wanted, loadFiles);
export const useRecorderPart = (wanted: boolean) => useLazy(wanted, loadRecorder);
