import { holdUrl } from '@parley/client';
import { useEffect, useState } from 'preact/hooks';

/** An address of what the browser holds, as long as it is shown; null at first. */
export function useObjectUrl(blob: Blob | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => (blob === null ? undefined : holdUrl(blob, setUrl)), [blob]);
  return url;
}
