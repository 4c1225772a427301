import type { Introduction } from '@parley/client';
import { PAGE_LIMITS } from '@parley/protocol';
import { isRecord, type VisitorDetails } from '../bridge/bridge.ts';

export const NOTHING_SAID: VisitorDetails = { name: null, email: null, attributes: null };

/** What the page says of its visitor, as far as the server takes it; null: nothing. */
export function introductionOf({ name, email, attributes }: VisitorDetails): Introduction | null {
  const fitting = Object.entries(parsed(attributes)).filter(fits).slice(0, PAGE_LIMITS.attributes);
  const said: Introduction = {
    ...(name !== null && { name }),
    ...(email !== null && { email }),
    ...(fitting.length > 0 && { attributes: Object.fromEntries(fitting) }),
  };
  return Object.keys(said).length === 0 ? null : said;
}

function parsed(json: string | null): object {
  try {
    const value: unknown = JSON.parse(json ?? 'null');
    return isRecord(value) ? value : {};
  } catch (error) {
    // It was cut, for it was too long.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

type Fitting = string | number | boolean | null;

/** The server would refuse all of it for one that does not fit. */
function fits(entry: [name: string, value: unknown]): entry is [string, Fitting] {
  const [name, value] = entry;
  if (name.trim() === '' || !isText(name, PAGE_LIMITS.attributeName_chars)) return false;
  if (typeof value === 'string') return isText(value, PAGE_LIMITS.attribute_chars);
  return value === null || typeof value === 'boolean' || Number.isFinite(value);
}

const isText = (value: string, max_chars: number): boolean =>
  value.length <= max_chars && value.isWellFormed() && !value.includes('\u0000');
