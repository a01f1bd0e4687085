// My tickets: what this browser remembers, and the way to everything else.
import { Link } from "@tanstack/react-router";
import { Ticket } from "lucide-react";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageHeading } from "../../shared/ui/PageHeading";
import { useRemembered } from "../booking/memory";
import { useT } from "../i18n/useT";
import { BookingCard } from "./BookingCard";
import { FindByLink } from "./FindByLink";

export function TicketsPage() {
  const t = useT();
  const bookings = useRemembered();
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 py-4">
      <div>
        <PageHeading title={t("tickets.title")} />
        <p className="mt-1 text-muted">{t("tickets.lead")}</p>
      </div>
      {bookings.length === 0 ? (
        <EmptyState
          icon={<Ticket size={28} />}
          title={t("tickets.empty.title")}
          action={
            <Link to="/" className={buttonClass("primary")}>
              {t("tickets.browse")}
            </Link>
          }
        >
          {t("tickets.empty.text")}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-4">
          {bookings.map((booking) => (
            <li key={booking.id}>
              <BookingCard booking={booking} />
            </li>
          ))}
        </ul>
      )}
      <FindByLink />
    </div>
  );
}
