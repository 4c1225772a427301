/** Tells the address of what the browser holds; returns how to give it up, which tells null. */
export function holdUrl(blob: Blob, tell: (url: string | null) => void): () => void {
  const url = URL.createObjectURL(blob);
  tell(url);
  return () => {
    URL.revokeObjectURL(url);
    tell(null);
  };
}
