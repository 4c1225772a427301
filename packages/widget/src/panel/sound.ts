// A file of its own, so that the sound is loaded when there is something to be heard.
export { chime } from '@parley/client';
