import { z } from 'zod/mini';
import { LIMITS } from './limit.ts';
import { filledText, Id } from './primitive.ts';

/** A palette, not any colour: each of them is legible in both themes. */
export const LabelColor = z.enum([
  'gray',
  'red',
  'orange',
  'amber',
  'green',
  'teal',
  'blue',
  'violet',
  'pink',
]);
export type LabelColor = z.infer<typeof LabelColor>;

export const LabelName = filledText(LIMITS.label_chars);

/** What a site puts on its conversations. They carry the name itself, which therefore stays. */
export const Label = z.object({ id: Id, site_id: Id, name: z.string(), color: LabelColor });
export type Label = z.infer<typeof Label>;

export const LabelRequest = z.object({
  site_id: Id,
  name: LabelName,
  color: z.optional(LabelColor),
});
export type LabelRequest = z.infer<typeof LabelRequest>;

export const LabelPatch = z.object({ color: LabelColor });
export type LabelPatch = z.infer<typeof LabelPatch>;

export const LabelAnswer = z.object({ success: z.literal(true), label: Label });
export type LabelAnswer = z.infer<typeof LabelAnswer>;

export const LabelsAnswer = z.object({ success: z.literal(true), labels: z.array(Label) });
export type LabelsAnswer = z.infer<typeof LabelsAnswer>;
