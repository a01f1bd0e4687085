// A modal dialog: the browser's own, which traps focus, closes on Escape and gives focus back.
import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useT } from "../i18n/useT";
import { cx } from "../lib/cx";

interface Props {
  readonly isOpen: boolean;
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the bottom, the safe one first. */
  readonly actions?: ReactNode;
  /** A sheet from the bottom on phones, at the side elsewhere. */
  readonly isSheet?: boolean;
}

/** What a dialog with a form is opened for. */
const FIRST_FIELD =
  "form :is(input:not([type=radio], [type=checkbox], [type=hidden]), textarea, select)";

/** What opened the dialog may be gone by what it did: the heading says where one is. */
function keepFocus(opener: Element | null) {
  if (document.activeElement !== document.body) return;
  const next = opener?.isConnected ? opener : document.querySelector("h1");
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

export function Dialog({ isOpen, title, onClose, children, actions, isSheet = false }: Props) {
  const t = useT();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it leaves the page too: a browser gives no focus back for a dialog that is just gone.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!isOpen || !element) return;
    const opener = document.activeElement;
    if (!element.open) element.showModal();
    element.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    return () => {
      element.close();
      setTimeout(() => keepFocus(opener));
    };
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={() => {
        if (isOpen && !dialog.current?.open) onClose();
      }}
      className={cx(
        "bg-raised p-0 text-text shadow-pop",
        isSheet
          ? "mt-auto mb-0 max-h-[88dvh] w-full max-w-none rounded-t-lg sm:my-auto sm:max-w-lg sm:rounded-lg mx-auto"
          : "m-auto max-h-[88dvh] w-[calc(100%-2rem)] max-w-lg rounded-lg border border-border",
      )}
    >
      {isOpen && (
        <div className="flex flex-col gap-4 p-5 sm:p-6">
          <div className="flex items-start justify-between gap-4">
            <h2 id={id} className="text-xl font-bold">
              {title}
            </h2>
            <button
              type="button"
              className="-m-2 grid size-11 shrink-0 place-items-center rounded-sm hover:bg-surface-2"
              aria-label={t("action.close")}
              onClick={onClose}
            >
              <X size={20} aria-hidden="true" />
            </button>
          </div>
          <div>{children}</div>
          {actions && <div className="flex flex-col justify-end gap-3 sm:flex-row">{actions}</div>}
        </div>
      )}
    </dialog>
  );
}
