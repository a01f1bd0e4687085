// How many tickets there are, of which types, and how many of each can be sold right now.
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { Plus, Ticket } from "lucide-react";
import { useEffect, useState } from "react";
import { availabilityQuery, type TicketTypeView } from "../../shared/catalogue/queries";
import { useAvailability } from "../../shared/live/useAvailability";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { PageHeading } from "../../shared/ui/PageHeading";
import { StaleNotice } from "../../shared/ui/StaleNotice";
import { useDesk } from "../desk/useDesk";
import { useEvent } from "../event/useEvent";
import { useT } from "../i18n/useT";
import { CapacityCard } from "./CapacityCard";
import { TypeCard } from "./TypeCard";
import { TypeDialog } from "./TypeDialog";

export function TicketsPage() {
  const t = useT();
  const event = useEvent();
  const { may } = useDesk();
  const hash = useLocation({ select: (location) => location.hash });
  const figures = useQuery(availabilityQuery(event.event_id));
  const live = useAvailability(event.event_id, event.status === "PUBLISHED");
  const [open, setOpen] = useState<TicketTypeView | "new" | null>(null);
  const isClosed = event.status === "CANCELLED" || event.status === "COMPLETED";
  const isReadOnly = isClosed || !may("edit", event.organization_id);

  // Publishing leads here: to the capacity, or to the button that adds a type.
  useEffect(() => {
    if (hash) document.getElementById(hash)?.focus();
  }, [hash]);

  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <PageHeading title={t("tickets.heading")} className="text-2xl!" />
        {!isReadOnly && (
          <Button
            id="ticket_types"
            tone="primary"
            icon={<Plus size={18} aria-hidden="true" />}
            onClick={() => setOpen("new")}
          >
            {t("tickets.add")}
          </Button>
        )}
      </div>
      {isReadOnly && <Notice>{t(isClosed ? "edit.closed" : "edit.readOnly")}</Notice>}
      {live.kind === "stale" && <StaleNotice since={live.since} />}
      {figures.isError && (
        <ErrorPanel error={figures.error} onRetry={() => void figures.refetch()} />
      )}
      <CapacityCard event={event} figures={figures.data} isReadOnly={isReadOnly} />
      {event.ticket_types.length === 0 ? (
        <EmptyState icon={<Ticket size={28} />} title={t("tickets.empty.title")}>
          <p>{t("tickets.empty.text")}</p>
        </EmptyState>
      ) : (
        <ul className="grid gap-4 lg:grid-cols-2">
          {event.ticket_types.map((type) => (
            <li key={type.ticket_type_id}>
              <TypeCard
                event={event}
                type={type}
                figures={figures.data}
                isReadOnly={isReadOnly}
                onEdit={() => setOpen(type)}
              />
            </li>
          ))}
        </ul>
      )}
      {open !== null && (
        <TypeDialog
          event={event}
          type={open === "new" ? null : open}
          figures={figures.data}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}
