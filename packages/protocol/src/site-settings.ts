import { z } from 'zod/mini';
import { LIMITS } from './limit.ts';
import { filledText, text } from './primitive.ts';
import { Locale } from './visitor.ts';
import { Wordings } from './wording.ts';

const LauncherPicture = z.string().check(z.maxLength(500), z.regex(/^https?:\/\/[^\s"'<>\\]+$/));

/** How a site's widget looks. */
export const Appearance = z.object({
  /** Brand colour, `#rrggbb`. */
  color: z.string().check(z.regex(/^#[\da-f]{6}$/i, { error: 'must be a colour such as #2563eb' })),
  theme: z.enum(['auto', 'light', 'dark']),
  position: z.enum(['right', 'left']),
  /** Heading of the panel. Empty, as each of the texts: Parley's own words, in the visitor's language. */
  title: text(80),
  greeting: text(500),
  /** Written beside the launcher's sign; absent: the sign alone. */
  launcher_text: z.optional(text(40)),
  /** Address of a picture in place of the launcher's sign. */
  launcher_picture: z.optional(LauncherPicture),
});
export type Appearance = z.infer<typeof Appearance>;

/** Whether name and email are asked for. */
export const Prechat = z.enum(['off', 'optional', 'required']);
export type Prechat = z.infer<typeof Prechat>;

/** Before the first message, or right after it. */
export const PrechatWhen = z.enum(['before', 'after']);
export type PrechatWhen = z.infer<typeof PrechatWhen>;

export const Weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export type Weekday = z.infer<typeof Weekday>;

/** `HH:MM`; `24:00` is the end of a day. */
export const TimeOfDay = z
  .string()
  .check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'must be a time such as 09:30' }));

/** One whose clocks this process knows. */
export const KnownTimeZone = z
  .string()
  .check(
    z.maxLength(64),
    z.refine(isTimeZone, { error: 'must be a time zone such as Europe/Berlin' }),
  );

/** When somebody answers; a day may stand there several times, with a pause between. */
export const BusinessHours = z.object({
  time_zone: KnownTimeZone,
  times: z
    .array(
      z.object({ day: Weekday, from: TimeOfDay, to: TimeOfDay }).check(
        z.refine(({ from, to }) => from < to, {
          error: 'must end after it begins',
          path: ['to'],
        }),
      ),
    )
    .check(z.maxLength(28)),
});
export type BusinessHours = z.infer<typeof BusinessHours>;

/** Said beside the launcher to who stays on a page. */
export const ProactiveMessage = z.object({
  /** Path of the page, `*` for any part: `/pricing*`. An address with its host fits too. */
  page: filledText(200),
  /** Seconds on the page. */
  after_s: z.int().check(z.minimum(0), z.maximum(3_600)),
  text: filledText(200),
});
export type ProactiveMessage = z.infer<typeof ProactiveMessage>;

/** `measured`: the middle one of the latest first answers. A number: seconds, as the site promises. */
export const ReplyTime = z.union([
  z.enum(['measured', 'hidden']),
  z.int().check(z.minimum(0), z.maximum(30 * 86_400)),
]);
export type ReplyTime = z.infer<typeof ReplyTime>;

/** When the first message of a conversation needs a proof of work; `auto`: while many begin. */
export const FirstMessageProof = z.enum(['auto', 'off', 'always']);
export type FirstMessageProof = z.infer<typeof FirstMessageProof>;

/** An address of a page for people, or none. */
const PageAddress = z.union([
  z.literal(''),
  z.string().check(z.maxLength(500), z.regex(/^https?:\/\/[^\s"'<>\\]+$/)),
]);

/** What visitors agree to before anything of them is kept or sent. */
export const Consent = z.object({
  /** Empty: Parley's own words, in the visitor's language. */
  text: text(LIMITS.consentText_chars),
  /** Empty: no link. */
  privacy_url: PageAddress,
});
export type Consent = z.infer<typeof Consent>;

/** All that the owner of a site decides about its widget. Each has a default. */
export const SiteSettings = z.object({
  /** Of the widget and of mails for visitors whose own language is not spoken, or not known. */
  locale: Locale,
  appearance: Appearance,
  prechat: Prechat,
  prechat_when: PrechatWhen,
  /** Whether agents see what the visitor is typing; the visitor is told. */
  typing_preview: z.boolean(),
  /** Whether visitors can send voice messages. */
  voice: z.boolean(),
  /** Null: nobody is asked. */
  consent: z.nullable(Consent),
  /** Whether agents see who is on which page, and may speak first. */
  live_visitors: z.boolean(),
  /** Whether new conversations are given to the agents who are online, in turn. */
  assign_in_turn: z.boolean(),
  /** How long a visitor's next message reopens a resolved conversation. */
  reopen_window_s: z.int().check(z.minimum(0), z.maximum(366 * 86_400)),
  /** Days after which resolved conversations, and visitors who have none, are deleted; null: never. */
  retention_days: z.nullable(z.int().check(z.minimum(1), z.maximum(3_650))),
  /** Days after which files are removed, and their messages stay; null: with their conversation. */
  file_retention_days: z.nullable(z.int().check(z.minimum(1), z.maximum(3_650))),
  first_message_proof: FirstMessageProof,
  /** Null: at any time. */
  hours: z.nullable(BusinessHours),
  /** Said outside the hours. */
  offline_message: text(500),
  proactive: z.array(ProactiveMessage).check(z.maxLength(10)),
  reply_time: ReplyTime,
  /** Whether names of agents stand in the empty chat. */
  team: z.boolean(),
  /** Whether the visitor is asked for a rating when the conversation is resolved. */
  rating: z.boolean(),
  /** Whether the visitor can have the conversation sent by email, where the server sends mail. */
  transcript: z.boolean(),
  /** After how long a visitor who did not see an answer, and left an address, is mailed it; null: never. */
  answer_mail_minutes: z.nullable(z.int().check(z.minimum(1), z.maximum(1_440))),
  wording: Wordings,
});
export type SiteSettings = z.infer<typeof SiteSettings>;

/** What of the settings every embedding page is told: fields that are absent are at their default. */
export const PublicSite = z.object({
  name: z.string(),
  locale: z.string(),
  appearance: Appearance,
  prechat: Prechat,
  prechat_when: z.optional(z.literal('after')),
  /** Whether agents see what the visitor is typing. */
  typing_preview: z.boolean(),
  voice: z.optional(z.literal(false)),
  /** What a visitor agrees to before `init`, which takes the `version`; the text is absent where it is Parley's own. */
  consent: z.optional(
    z.object({
      version: z.int(),
      text: z.optional(z.string()),
      privacy_url: z.optional(z.string()),
    }),
  ),
  offline_message: z.optional(z.string()),
  proactive: z.optional(z.array(ProactiveMessage)),
  live_visitors: z.optional(z.literal(true)),
  rating: z.optional(z.literal(false)),
  transcript: z.optional(z.literal(true)),
  wording: z.optional(Wordings),
  /** The launcher's name, where the page asked for a language that is not English. */
  launcher_label: z.optional(z.string()),
});
export type PublicSite = z.infer<typeof PublicSite>;

/** Who answers, and when: what changes by itself. */
export const Team = z.object({
  /** Some of those who answer. */
  agents: z.array(z.object({ name: z.string() })),
  /** How long a first answer takes, in seconds; null: not known, or not told. */
  reply_time_s: z.nullable(z.int()),
  /** Whether somebody answers now, and until when that holds (Unix seconds; null: always). */
  open: z.boolean(),
  until: z.nullable(z.int()),
});
export type Team = z.infer<typeof Team>;

/** Web origin as browsers send it: scheme, host, and a port that is not the scheme's own. */
const Origin = z
  .string()
  .check(
    z.maxLength(300),
    z.regex(
      /^(?:https:\/\/(?!.*:443$)|http:\/\/(?!.*:80$))(?:[a-z\d-]+(?:\.[a-z\d-]+)*|\[[\da-f:.]+\])(?::[1-9]\d{0,4})?$/,
      { error: 'must be an origin such as https://shop.example' },
    ),
  );

/** A site as its owners and admins see it. */
export const AdminSite = z.object({
  id: z.int(),
  name: z.string(),
  /** Public: it stands in the embedding page. */
  token: z.string(),
  /** Origins that may embed the widget; none: any. */
  allowed_origins: z.array(z.string()),
  settings: SiteSettings,
});
export type AdminSite = z.infer<typeof AdminSite>;

/** What is absent stays as it is; lists are replaced as a whole; an empty launcher text or picture is taken back. */
export const SitePatch = z.object({
  name: z.optional(filledText(100)),
  allowed_origins: z.optional(z.array(Origin).check(z.maxLength(50))),
  settings: z.optional(
    z.object({
      ...z.partial(SiteSettings).shape,
      appearance: z.optional(
        z.extend(z.partial(Appearance), {
          launcher_picture: z.optional(z.union([LauncherPicture, z.literal('')])),
        }),
      ),
    }),
  ),
});
export type SitePatch = z.infer<typeof SitePatch>;

export const NewSiteRequest = z.object({ name: filledText(100) });
export type NewSiteRequest = z.infer<typeof NewSiteRequest>;

export const AdminSiteAnswer = z.object({ success: z.literal(true), site: AdminSite });
export type AdminSiteAnswer = z.infer<typeof AdminSiteAnswer>;

/** The secret by which the site's backend signs identity tokens (HS256). */
export const IdentitySecretAnswer = z.object({
  success: z.literal(true),
  identity_secret: z.string(),
});
export type IdentitySecretAnswer = z.infer<typeof IdentitySecretAnswer>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
