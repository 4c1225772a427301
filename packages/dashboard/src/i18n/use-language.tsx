import type { RouteComponent } from '@tanstack/react-router';
import { useStore } from '../ui/use-store.ts';
import { language } from './language.ts';
import type { Language } from './translate.ts';

/**
 * The language that is spoken. Whoever asks is drawn again when it is another one, with all that it
 * draws itself; what stands in its fields stays. For pages, and for what is drawn again only for cause.
 */
export const useLanguage = (): Language => useStore(language);

/** A page that is drawn again in each language: routers draw one again only when its address changes. */
export function inEveryLanguage(Page: RouteComponent): RouteComponent {
  function Spoken() {
    useLanguage();
    return <Page />;
  }
  return Object.assign(Spoken, Page.preload === undefined ? {} : { preload: Page.preload });
}
