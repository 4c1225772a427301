import { z } from 'zod/mini';

/** Every code that the API answers with, and its HTTP status. Codes are stable; messages are not. */
export const ERROR_STATUS = {
  invalid_request: 422,
  file_infected: 422,
  malformed_json: 400,
  malformed_form: 400,
  unauthenticated: 401,
  visitor_token_required: 401,
  invalid_site_token: 401,
  invalid_credentials: 401,
  code_required: 401,
  invalid_code: 401,
  invalid_identity_token: 401,
  forbidden: 403,
  wrong_password: 403,
  wrong_code: 403,
  csrf_token_mismatch: 403,
  origin_not_allowed: 403,
  visitor_blocked: 403,
  voice_off: 403,
  consent_required: 403,
  address_blocked: 403,
  not_found: 404,
  method_not_allowed: 405,
  client_message_id_conflict: 409,
  visitor_has_open_conversation: 409,
  too_late: 409,
  not_resolved: 409,
  email_required: 409,
  nothing_to_send: 409,
  mail_not_set_up: 409,
  message_deleted: 409,
  name_taken: 409,
  nobody_online: 409,
  last_owner: 409,
  already_member: 409,
  too_many: 409,
  invitation_over: 410,
  reset_over: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  upgrade_required: 426,
  rate_limited: 429,
  proof_required: 429,
  internal_error: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export const ErrorBody = z.object({
  success: z.literal(false),
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.optional(z.unknown()),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
