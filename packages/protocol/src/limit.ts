/**
 * Limits of the wire, by default. A server may be configured otherwise (`LIMIT_*`), within the hard
 * maximum that the schemas hold. Units are the last word of each name.
 *
 * These are the ones that a page holds itself to: all that the widget loads of them.
 */
export const PAGE_LIMITS = {
  messageText_chars: 10_000,
  name_chars: 200,
  email_chars: 254,
  pageUrl_chars: 2_000,
  pageTitle_chars: 500,
  typingPreview_chars: 500,
  attributes: 20,
  attributeName_chars: 50,
  attribute_chars: 500,
  ratingComment_chars: 1_000,
  file_bytes: 20 * 1024 * 1024,
  filesPerMessage: 10,
  /** Longest recording. */
  voice_ms: 60 * 60 * 1000,
  channelsPerAuth: 100,
} as const;

/** Those of pages, and what the server alone sees to. */
export const LIMITS = {
  ...PAGE_LIMITS,
  consentText_chars: 1_000,
  /** The last pages that are kept of each visitor. */
  visitorPages: 50,
  visitorNotes: 100,
  visitorNote_chars: 2_000,
  label_chars: 50,
  labels: 20,
  labelsPerSite: 200,
  teamName_chars: 50,
  teamMembers: 200,
  teamsPerSite: 100,
  search_chars: 200,
  viewName_chars: 50,
  viewSearch_chars: 1_000,
  viewsPerAgent: 50,
  webhooksPerSite: 10,
  searchPage: 30,
  searchPageMax: 100,
  jsonBody_bytes: 64 * 1024,
  fileName_chars: 200,
  waveform_samples: 128,
  /** Pusher refuses event data above this; a larger event travels as a pointer. */
  eventData_bytes: 10 * 1024,
  historyPage: 50,
  historyPageMax: 200,
  inboxPage: 50,
  inboxPageMax: 100,
  /** Conversations that are changed by one call. */
  bulk: 200,
  wait_s: 25,
  /** Visitors in one answer of those who are here now. */
  liveVisitorsPage: 300,
} as const;
