import { AppError } from '../app-error.ts';

/** The schema holds the hard maximum; a server may be set to less. @throws AppError `invalid_request` */
export function withinLimit(text: string, { message_chars }: { message_chars: number }): string {
  if (text.length <= message_chars) return text;
  const message = `must have at most ${message_chars} characters`;
  throw new AppError('invalid_request', `text: ${message}`, {
    details: [{ path: 'text', message }],
  });
}
