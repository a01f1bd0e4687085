// All orders of the organisation.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { PageHeading } from "../../shared/ui/PageHeading";
import { ForbiddenPage } from "../desk/ForbiddenPage";
import { useDesk } from "../desk/useDesk";
import { WelcomePage } from "../desk/WelcomePage";
import { useT } from "../i18n/useT";
import { OrderList } from "./OrderList";

export function OrdersPage() {
  const t = useT();
  const navigate = useNavigate({ from: "/orders" });
  const search = useSearch({ from: "/orders" });
  const { organizationId, may } = useDesk();
  if (!organizationId) return <WelcomePage />;
  if (!may("see")) return <ForbiddenPage title={t("orders.title")} />;
  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={t("orders.title")} />
      <OrderList
        organizationId={organizationId}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
      />
    </div>
  );
}
