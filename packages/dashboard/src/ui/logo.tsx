/** The mark of Parley; decoration beside its name. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M8 11.5A3.5 3.5 0 0 1 11.5 8h9a3.5 3.5 0 0 1 3.5 3.5v5a3.5 3.5 0 0 1-3.5 3.5H15l-4.2 3.7c-.5.4-1.3.1-1.3-.6v-3.4A3.5 3.5 0 0 1 8 16.5z"
        className="fill-on-accent"
      />
      <path
        d="M12.5 12.6h7M12.5 15.6h4.5"
        className="stroke-accent"
        strokeWidth="1.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
