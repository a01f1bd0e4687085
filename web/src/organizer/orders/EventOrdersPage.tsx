// The orders of one event.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { PageHeading } from "../../shared/ui/PageHeading";
import { useEvent } from "../event/useEvent";
import { useT } from "../i18n/useT";
import { OrderList } from "./OrderList";

export function EventOrdersPage() {
  const t = useT();
  const event = useEvent();
  const navigate = useNavigate({ from: "/events/$eventId/orders" });
  const search = useSearch({ from: "/events/$eventId/orders" });
  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={t("orders.title")} className="text-2xl!" />
      <OrderList
        organizationId={event.organization_id}
        event={event}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
      />
    </div>
  );
}
