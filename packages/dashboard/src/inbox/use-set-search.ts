import { useNavigate } from '@tanstack/react-router';
import type { InboxSearch } from './inbox-search.ts';

/** Changes the filters in the address; everything else follows from there. */
export function useSetSearch(): (change: Partial<Record<keyof InboxSearch, unknown>>) => void {
  const navigate = useNavigate();
  return (change) => {
    // The address is parsed by the route (parseInboxSearch), which also drops what is the default.
    void navigate({
      to: '.',
      search: (old) => ({ ...old, ...change }) as InboxSearch,
      replace: true,
    });
  };
}
