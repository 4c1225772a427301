/**
 * Whether a value has the form of T. Built from the types of the protocol, field by field, so that
 * a change of the wire does not compile until it is followed here. What a browser loads has no
 * room for the schemas themselves; a test holds both against each other.
 */
export type Guard<T> = (value: unknown) => value is T;

export const string: Guard<string> = (value) => typeof value === 'string';
export const boolean: Guard<boolean> = (value) => typeof value === 'boolean';
export const number: Guard<number> = (value) => typeof value === 'number';
export const integer: Guard<number> = (value): value is number => Number.isSafeInteger(value);
export const anything: Guard<unknown> = (value): value is unknown => value !== undefined;

export function oneOf<T extends string | boolean>(...values: readonly T[]): Guard<T> {
  return (value): value is T => values.includes(value as T);
}

export function nullable<T>(guard: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || guard(value);
}

export function optional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || guard(value);
}

export function list<T>(guard: Guard<T>): Guard<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every((item) => guard(item));
}

/** Fields that are not named may be anything: a newer server may send more. */
export function object<T extends object>(fields: {
  readonly [K in keyof Required<T>]: Guard<T[K]>;
}): Guard<T> {
  const entries = Object.entries<Guard<unknown>>(fields);
  return (value): value is T =>
    isObject(value) && entries.every(([name, guard]) => guard(value[name]));
}

export function record<T>(guard: Guard<T>): Guard<Record<string, T>> {
  return (value): value is Record<string, T> =>
    isObject(value) && Object.values(value).every((item) => guard(item));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
