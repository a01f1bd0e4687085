// What the organizer says about the event, and what a buyer should know.
import { BadgeEuro, Clock, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { Badge } from "../../shared/ui/Badge";
import { useT } from "../i18n/useT";
import { EventActions } from "./EventActions";

interface Props {
  readonly event: EventView;
  /** Nothing can be bought any more, nor will it be. */
  readonly isOver: boolean;
}

export function EventDetails({ event, isOver }: Props) {
  const t = useT();
  const paragraphs = event.description.split(/\n{2,}/).filter((text) => text.trim() !== "");
  return (
    <div className="flex min-w-0 flex-col gap-8 lg:col-start-1">
      <section aria-labelledby="about" className="flex flex-col gap-3">
        <h2 id="about" className="text-xl font-bold">
          {t("event.about")}
        </h2>
        {paragraphs.length === 0 && <p className="text-muted">{t("event.about.none")}</p>}
        {paragraphs.map((text) => (
          <p key={text} dir="auto" className="max-w-prose whitespace-pre-line">
            {text}
          </p>
        ))}
        {event.tags.length > 0 && (
          <ul className="flex flex-wrap gap-2">
            {event.tags.map((tag) => (
              <li key={tag}>
                <Badge>
                  <bdi>{tag}</bdi>
                </Badge>
              </li>
            ))}
          </ul>
        )}
        <EventActions event={event} hasCalendar={!isOver} />
      </section>
      {!isOver && <Facts event={event} />}
    </div>
  );
}

function Facts({ event }: Pick<Props, "event">) {
  const t = useT();
  return (
    <section aria-labelledby="facts" className="flex flex-col gap-3">
      <h2 id="facts" className="text-xl font-bold">
        {t("event.facts")}
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2">
        <Fact icon={<BadgeEuro size={20} />}>{t("event.fact.fees")}</Fact>
        <Fact icon={<Clock size={20} />}>
          {t("event.fact.hold", { count: Math.max(1, Math.floor(event.hold_ttl_seconds / 60)) })}
        </Fact>
        <Fact icon={<UsersRound size={20} />}>
          {t("event.fact.cap", { count: event.per_person_cap })}
        </Fact>
      </ul>
    </section>
  );
}

function Fact({ icon, children }: { readonly icon: ReactNode; readonly children: string }) {
  return (
    <li className="card flex gap-3 p-4">
      <span aria-hidden="true" className="mt-0.5 shrink-0 text-primary">
        {icon}
      </span>
      {children}
    </li>
  );
}
