// Who buys: the last step before tickets are held.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ShoppingBag } from "lucide-react";
import { useEffect } from "react";
import { eventQuery } from "../../shared/catalogue/queries";
import { parseSelection } from "../../shared/catalogue/selection";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { recallSelection } from "../booking/choice";
import { useT } from "../i18n/useT";
import { ContactForm } from "./ContactForm";
import { toItems } from "./items";
import { OrderSummary } from "./OrderSummary";

const route = getRouteApi("/events/$eventId/checkout");

export function ContactPage() {
  // Here before it is needed: a service that restarts in between is no obstacle.
  useEffect(() => void import("./PaymentPage").catch(() => undefined), []);
  const t = useT();
  const { eventId } = route.useParams();
  const search = route.useSearch();
  const event = useQuery(eventQuery(eventId));
  const wanted = search.t === undefined ? recallSelection(eventId) : parseSelection(search.t);

  if (event.isPending) {
    return (
      <Loading>
        <div className="mx-auto flex max-w-2xl flex-col gap-5 py-6">
          <Skeleton className="h-9 w-2/3" />
          <Skeleton className="h-40 rounded-lg" />
          <Skeleton className="h-56 rounded-lg" />
        </div>
      </Loading>
    );
  }
  if (!event.data) return <ErrorPanel error={event.error} onRetry={() => void event.refetch()} />;

  const known = new Set(event.data.ticket_types.map((type) => type.ticket_type_id));
  const lines = wanted.filter((line) => known.has(line.ticketTypeId));
  const items = toItems(event.data, lines);
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-5 py-4">
      <div>
        <PageHeading title={t("contact.title")} />
        <p className="mt-1 text-muted">{t("contact.lead")}</p>
      </div>
      {lines.length === 0 ? (
        <EmptyState
          icon={<ShoppingBag size={28} />}
          title={t("contact.empty")}
          action={
            <Link to="/events/$eventId" params={{ eventId }} className={buttonClass("primary")}>
              {t("contact.empty.action")}
            </Link>
          }
        />
      ) : (
        <>
          <OrderSummary
            event={event.data}
            items={items}
            action={
              <Link to="/events/$eventId" params={{ eventId }} className="link text-sm">
                {t("contact.edit")}
              </Link>
            }
          />
          <ContactForm event={event.data} lines={lines} />
        </>
      )}
    </div>
  );
}
