// What is wrong with a form, in one place that takes focus and leads to each field.
import { useEffect, useRef } from "react";
import { useT } from "../i18n/useT";

export interface SummaryItem {
  /** The id of the control. */
  readonly field: string;
  readonly text: string;
}

interface Props {
  readonly items: readonly SummaryItem[];
  /** Another number moves the focus here again: one for each attempt to send. */
  readonly attempt: number;
}

export function ErrorSummary({ items, attempt }: Props) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const isShown = items.length > 0;
  useEffect(() => {
    if (isShown && attempt > 0) box.current?.focus();
  }, [isShown, attempt]);
  if (!isShown) return null;
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="alert"
      className="scroll-mt-24 rounded-md border border-danger bg-danger-bg p-4 text-danger"
    >
      <p className="font-semibold">{t("form.summary", { count: items.length })}</p>
      <ul className="mt-1 list-disc ps-5">
        {items.map(({ field, text }) => (
          <li key={field}>
            <a
              href={`#${field}`}
              className="inline-block py-0.5 underline underline-offset-2"
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(field)?.focus();
              }}
            >
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
