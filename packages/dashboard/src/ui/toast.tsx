import { X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { t } from '../i18n/translate.ts';

/** What one may do about it, while it is shown. */
export interface ToastAction {
  readonly text: string;
  readonly run: () => void;
}

type Say = (text: string, action?: ToastAction) => void;
const ToastContext = createContext<Say>(() => undefined);

/**
 * Tells of something away from where the eye is; gone by itself after a while. What went wrong is said
 * at once; what can be taken back is no alarm.
 */
export function useToast(): Say {
  return useContext(ToastContext);
}

const SHOWN_MS = 8_000;
/** What can be taken back has to be reached first, also by keyboard. */
const ACTION_SHOWN_MS = 15_000;

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action: ToastAction | undefined;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(1);
  const drop = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  );
  const say = useCallback<Say>(
    (text, action) => {
      const id = nextId.current;
      nextId.current += 1;
      setToasts((shown) => [...shown.slice(-2), { id, text, action }]);
      setTimeout(() => drop(id), action === undefined ? SHOWN_MS : ACTION_SHOWN_MS);
    },
    [drop],
  );
  return (
    <ToastContext value={say}>
      {children}
      <div className="pointer-events-none fixed inset-x-0 bottom-34 z-50 flex flex-col items-center gap-2 px-4">
        {toasts.map((toast) => (
          <div
            key={toast.id}
            role={toast.action === undefined ? 'alert' : 'status'}
            className="pointer-events-auto flex max-w-md animate-rise items-center gap-2 rounded-xl bg-ink py-2 pr-2 pl-4 text-sm text-canvas shadow-pop"
          >
            {toast.text}
            {toast.action !== undefined && (
              <button
                type="button"
                className="h-7 shrink-0 rounded-md px-2 font-semibold underline underline-offset-2"
                onClick={() => {
                  toast.action?.run();
                  drop(toast.id);
                }}
              >
                {toast.action.text}
              </button>
            )}
            <button
              type="button"
              aria-label={t('ui.dismiss')}
              className="flex size-7 shrink-0 items-center justify-center rounded-md"
              onClick={() => drop(toast.id)}
            >
              <X size={15} aria-hidden />
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
