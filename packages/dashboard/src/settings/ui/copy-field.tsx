import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { Button } from '../../ui/button.tsx';
import { useToast } from '../../ui/toast.tsx';

const COPIED_SHOWN_MS = 2_000;

/** A text that is to be taken elsewhere. */
export function CopyField({ value, label }: { value: string; label: string }) {
  const say = useToast();
  const [copied, setCopied] = useState(false);

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), COPIED_SHOWN_MS);
    } catch {
      // Not allowed (a page without TLS) or not there: the text can still be selected.
      say(t('settings.copyFailed'));
    }
  }

  return (
    <div className="flex items-center gap-2 rounded-lg border border-line bg-surface py-1.5 pr-1.5 pl-3">
      <code className="min-w-0 grow py-1 font-mono text-xs break-all text-soft select-all">
        {value}
      </code>
      <Button aria-label={copied ? undefined : label} onClick={() => void copy()}>
        {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        <span aria-live="polite">{t(copied ? 'settings.copied' : 'settings.copy')}</span>
      </Button>
    </div>
  );
}
