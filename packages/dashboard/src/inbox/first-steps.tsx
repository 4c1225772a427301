import type { MemberSite } from '@parley/protocol';
import { Check, Copy, ExternalLink, Globe, MessagesSquare, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { t } from '../i18n/translate.ts';
import { Blank } from '../ui/blank.tsx';
import { Button } from '../ui/button.tsx';
import { useToast } from '../ui/toast.tsx';
import { embedSnippet } from './embed-snippet.ts';

/** For an inbox in which nothing has ever been: how a first conversation comes about. */
export function FirstSteps({ sites }: { sites: readonly MemberSite[] }) {
  return (
    <Blank icon={<MessagesSquare size={22} />} title={t('inbox.first.title')}>
      <div className="flex w-full max-w-xl flex-col gap-6">
        {sites.map((site) => (
          <EmbedSite key={site.id} site={site} />
        ))}
        <a
          href="/chatbot-test.html"
          target="_blank"
          rel="noopener"
          className="inline-flex items-center justify-center gap-1.5 self-center text-sm font-medium text-accent underline-offset-4 hover:underline"
        >
          {t('inbox.first.try')}
          <ExternalLink size={14} aria-hidden />
        </a>
      </div>
    </Blank>
  );
}

type Copied = 'no' | 'yes';
const COPIED_SHOWN_MS = 2_000;

function EmbedSite({ site }: { site: MemberSite }) {
  const say = useToast();
  const [copied, setCopied] = useState<Copied>('no');
  const snippet = embedSnippet(window.location.origin, site.token);

  async function copy() {
    try {
      await navigator.clipboard.writeText(snippet);
      setCopied('yes');
      setTimeout(() => setCopied('no'), COPIED_SHOWN_MS);
    } catch {
      // Not allowed (a page without TLS) or not there: the line can still be selected.
      say(t('inbox.first.copyFailed'));
    }
  }

  return (
    <section className="flex flex-col gap-2 text-left">
      <p className="text-center text-balance text-muted">
        {t('inbox.first.text', { site: site.name })}
      </p>
      <div className="flex items-center gap-2 rounded-xl border border-line bg-surface py-2 pr-2 pl-4">
        <code className="min-w-0 grow py-1 font-mono text-xs break-all text-soft select-all">
          {snippet}
        </code>
        <Button onClick={() => void copy()}>
          {copied === 'yes' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          <span aria-live="polite">
            {copied === 'yes' ? t('inbox.first.copied') : t('inbox.first.copy')}
          </span>
        </Button>
      </div>
      {site.allowed_origins.length === 0 ? (
        <p className="flex items-center justify-center gap-1.5 text-xs text-wait">
          <TriangleAlert size={13} aria-hidden className="shrink-0" />
          {t('inbox.first.anyOrigin')}
        </p>
      ) : (
        <p className="flex items-center justify-center gap-1.5 text-xs text-muted">
          <Globe size={13} aria-hidden className="shrink-0" />
          {t('inbox.first.origins', { origins: site.allowed_origins.join(', ') })}
        </p>
      )}
    </section>
  );
}
