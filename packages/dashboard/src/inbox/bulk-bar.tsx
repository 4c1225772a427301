import type { BulkAnswer, ConversationPatch, InboxEntry } from '@parley/protocol';
import { useMutation } from '@tanstack/react-query';
import { Check, CircleDot, Pause, Tag, UserRound, X } from 'lucide-react';
import { useChat, useMe } from '../chat-context.tsx';
import { messageOf } from '../i18n/message-of.ts';
import { refusalText, t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuButton, MenuItem, MenuLine } from '../ui/menu.tsx';
import { useToast } from '../ui/toast.tsx';
import { LabelDot } from './label-mark.tsx';
import { useColleagues, useLabels } from './use-people.ts';

/** What can be done with all that are chosen, in one call. */
export function BulkBar({ chosen, onDone }: { chosen: readonly InboxEntry[]; onDone: () => void }) {
  const chat = useChat();
  const say = useToast();
  const { mutate, isPending } = useMutation({
    mutationFn: (patch: ConversationPatch) => {
      const ids = chosen.map(({ id }) => id);
      return chat.request<BulkAnswer>('POST', '/admin/chatbot/bulk', { ids, patch });
    },
    onSuccess: ({ failed }) => {
      const [first] = failed;
      if (first !== undefined) {
        const message = refusalText(first.code, first.message);
        say(t('inbox.bulk.some', { count: failed.length, message }));
      }
      onDone();
    },
    onError: (error) => say(t('conversation.changeFailed', { message: messageOf(error) })),
  });
  return (
    <div
      role="toolbar"
      aria-label={t('inbox.bulk')}
      aria-busy={isPending}
      className="mx-2 mb-1 flex animate-rise items-center gap-0.5 rounded-xl bg-accent-soft py-1 pr-1 pl-3"
    >
      <span className="grow truncate text-sm font-medium tabular-nums">
        {t('inbox.bulk.chosen', { count: chosen.length })}
      </span>
      <IconButton label={t('conversation.resolve')} onClick={() => mutate({ status: 'resolved' })}>
        <Check size={16} aria-hidden />
      </IconButton>
      <IconButton label={t('conversation.pending')} onClick={() => mutate({ status: 'pending' })}>
        <Pause size={16} aria-hidden />
      </IconButton>
      <IconButton label={t('conversation.open')} onClick={() => mutate({ status: 'open' })}>
        <CircleDot size={16} aria-hidden />
      </IconButton>
      <AssignMenu chosen={chosen} onChange={mutate} />
      <LabelMenu chosen={chosen} onChange={mutate} />
      <IconButton label={t('inbox.bulk.clear')} onClick={onDone}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

interface MenuProps {
  chosen: readonly InboxEntry[];
  onChange: (patch: ConversationPatch) => void;
}

/** Those who work on the sites of all that are chosen. */
function AssignMenu({ chosen, onChange }: MenuProps) {
  const { agent } = useMe();
  const sites = new Set(chosen.map((entry) => entry.site_id));
  const others = useColleagues().filter(
    ({ id, site_ids }) => id !== agent.id && [...sites].every((site) => site_ids.includes(site)),
  );
  return (
    <Menu
      align="end"
      className="max-h-80 overflow-y-auto"
      trigger={
        <MenuButton label={t('inbox.bulk.assign')}>
          <UserRound size={16} aria-hidden />
        </MenuButton>
      }
    >
      <MenuItem onSelect={() => onChange({ assignee_id: agent.id })}>
        {t('conversation.assign')}
      </MenuItem>
      <MenuItem onSelect={() => onChange({ assignee_id: null })}>
        {t('conversation.unassign')}
      </MenuItem>
      {others.length > 0 && <MenuLine />}
      {others.map(({ id, name }) => (
        <MenuItem key={id} onSelect={() => onChange({ assignee_id: id })}>
          {name}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** A label that all of them carry is taken away, any other is put on all. */
function LabelMenu({ chosen, onChange }: MenuProps) {
  const sites = new Set(chosen.map((entry) => entry.site_id));
  const labels = useLabels().filter((label) => sites.has(label.site_id));
  if (labels.length === 0) return null;
  const unique = [...new Map(labels.map((label) => [label.name, label])).values()];
  return (
    <Menu
      align="end"
      className="max-h-80 overflow-y-auto"
      trigger={
        <MenuButton label={t('inbox.bulk.label')}>
          <Tag size={16} aria-hidden />
        </MenuButton>
      }
    >
      {unique.map(({ name, color }) => {
        const all = chosen.every((entry) => entry.labels?.includes(name) === true);
        return (
          <MenuItem
            key={name}
            icon={<LabelDot color={color} />}
            onSelect={() => onChange(all ? { remove_labels: [name] } : { add_labels: [name] })}
          >
            <span className="grow">{name}</span>
            {all && <Check size={14} aria-hidden className="text-muted" />}
          </MenuItem>
        );
      })}
    </Menu>
  );
}
