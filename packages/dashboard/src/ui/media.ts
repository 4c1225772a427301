import type { Store } from '@parley/client';
import { useStore } from './use-store.ts';

function createMedia(query: string): Store<boolean> {
  const list = window.matchMedia(query);
  return {
    subscribe(listener: () => void) {
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    get: () => list.matches,
  };
}

const queries = {
  /** One screen at a time: the list or a conversation. */
  phone: createMedia('(max-width: 767.98px)'),
  /** Room for all actions of a conversation in its header. */
  roomy: createMedia('(min-width: 1024px)'),
  /** Room for the visitor beside the conversation. */
  wide: createMedia('(min-width: 1280px)'),
  /** Room for the words of all actions, too, beside inbox and visitor. */
  spacious: createMedia('(min-width: 1360px)'),
};

export function useMedia(name: keyof typeof queries): boolean {
  return useStore(queries[name]);
}
