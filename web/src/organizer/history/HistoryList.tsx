// What was recorded, the latest first; each leads the slider to itself.
import { useI18n } from "../../shared/i18n/context";
import { cx } from "../../shared/lib/cx";
import { useT } from "../i18n/useT";
import { actorName, eventName, formatMoment } from "./eventName";
import type { HistoryEntry } from "./queries";

interface Props {
  /** The latest first. */
  readonly entries: readonly HistoryEntry[];
  /** The step that is chosen. */
  readonly at: number;
  readonly zone: string;
  readonly onChoose: (version: number) => void;
}

export function HistoryList({ entries, at, zone, onChoose }: Props) {
  const t = useT();
  const { locale } = useI18n();
  return (
    <section className="card flex flex-col overflow-hidden">
      <h2 className="p-5 pb-3 text-lg font-bold">{t("history.log")}</h2>
      <ol reversed start={entries[0]?.version} className="flex flex-col">
        {entries.map((entry) => (
          <li
            key={entry.log_position}
            className={cx("border-t border-border px-5 py-3", entry.version === at && "bg-info-bg")}
          >
            <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
              <button
                type="button"
                aria-current={entry.version === at ? "step" : undefined}
                className="min-h-6 rounded-sm text-start font-semibold hover:underline"
                onClick={() => onChoose(entry.version)}
              >
                {eventName(entry.event_type, t)}
              </button>
              <span className="tabular text-sm text-muted">
                <time dateTime={entry.at}>{formatMoment(entry.at, zone, locale)}</time>,{" "}
                {t("history.by", { actor: actorName(entry.actor, t) })}
              </span>
            </div>
            <details className="text-sm">
              <summary className="w-fit rounded-sm py-0.5 text-muted">
                {t("history.payload")}
                <span className="sr-only">: {t("history.entry", { count: entry.version })}</span>
              </summary>
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it.
                tabIndex={0}
                className="mt-2 overflow-x-auto rounded-sm bg-surface-2 p-3 text-xs"
              >
                {JSON.stringify(
                  { ...(entry.payload as object), actor: entry.actor, trace_id: entry.trace_id },
                  null,
                  2,
                )}
              </pre>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}
