import { type RefObject, useEffect, useRef } from 'react';

/** Takes the keyboard of a refused form to what is to be mended, which is read out with its field. */
export function useToFault(
  faults: Readonly<Record<string, string>>,
): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [faults]);
  return form;
}
