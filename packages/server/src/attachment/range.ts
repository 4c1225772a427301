/** Both ends count, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks of a file (RFC 9110). `whole` where it asks nothing that we answer in
 * parts (several ranges, other units); null where it lies outside: 416.
 */
export function parseRange(
  header: string | undefined,
  size_bytes: number,
): ByteRange | 'whole' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return 'whole';
  const start = first === '' ? Math.max(0, size_bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size_bytes - 1 : Math.min(Number(last), size_bytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return 'whole';
  return start > end ? null : { start, end };
}
