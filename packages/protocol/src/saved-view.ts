import { z } from 'zod/mini';
import { LIMITS } from './limit.ts';
import { filledText, Id, text } from './primitive.ts';

/** Filters and order of the inbox under a name, of one agent. */
export const SavedView = z.object({
  id: Id,
  name: z.string(),
  /** As it stands in the address of the dashboard, without `?`. */
  search: z.string(),
});
export type SavedView = z.infer<typeof SavedView>;

export const SavedViewRequest = z.object({
  name: filledText(LIMITS.viewName_chars),
  search: text(LIMITS.viewSearch_chars),
});
export type SavedViewRequest = z.infer<typeof SavedViewRequest>;

export const SavedViewAnswer = z.object({ success: z.literal(true), view: SavedView });
export type SavedViewAnswer = z.infer<typeof SavedViewAnswer>;

export const SavedViewsAnswer = z.object({
  success: z.literal(true),
  views: z.array(SavedView),
});
export type SavedViewsAnswer = z.infer<typeof SavedViewsAnswer>;
