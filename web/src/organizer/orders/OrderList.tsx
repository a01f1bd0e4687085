// Orders: search, filter, load more, export.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Receipt, Search } from "lucide-react";
import { useId } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { SelectField } from "../../shared/ui/SelectField";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useT } from "../i18n/useT";
import { ExportMenu } from "./ExportMenu";
import { matches } from "./matches";
import { OrdersTable } from "./OrdersTable";
import { ordersQuery } from "./queries";
import { type OrderSearch, STATUSES } from "./search";

interface Props {
  readonly organizationId: string;
  readonly event?: EventView;
  readonly search: OrderSearch;
  readonly onSearch: (search: OrderSearch) => void;
}

export function OrderList({ organizationId, event, search, onSearch }: Props) {
  const t = useT();
  const id = useId();
  const scope = { organizationId, eventId: event?.event_id, status: search.status };
  const orders = useInfiniteQuery(ordersQuery(scope));
  const loaded = orders.data?.pages.flatMap((page) => page.data) ?? [];
  const wanted = search.q ?? "";
  const shown = loaded.filter((order) => matches(order, wanted));
  const change = (next: { q?: string; status?: OrderSearch["status"] | undefined }) => {
    const { q, status } = { ...search, ...next };
    onSearch({ ...(q && { q }), ...(status && { status }) });
  };
  return (
    <>
      <div className="flex flex-wrap items-end gap-4">
        <div className="flex min-w-0 flex-1 basis-60 flex-col gap-1.5">
          <label htmlFor={id} className="font-semibold">
            {t("orders.search")}
          </label>
          <div className="relative">
            <Search
              size={18}
              aria-hidden="true"
              className="pointer-events-none absolute inset-y-0 start-3 my-auto text-muted"
            />
            <input
              id={id}
              type="search"
              className="control ps-10"
              placeholder={t("orders.search.placeholder")}
              maxLength={200}
              value={wanted}
              onChange={(typed) => change({ q: typed.target.value })}
            />
          </div>
        </div>
        <SelectField
          label={t("orders.status")}
          fieldClassName="basis-44"
          value={search.status ?? ""}
          onChange={(chosen) =>
            change({ status: STATUSES.find((status) => status === chosen.target.value) })
          }
        >
          <option value="">{t("orders.status.all")}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`order.status.${status}`)}
            </option>
          ))}
        </SelectField>
        <ExportMenu scope={scope} event={event} />
      </div>
      {orders.isPending && (
        <Loading>
          <div className="card flex flex-col gap-5 p-5">
            {["a", "b", "c", "d", "e"].map((key) => (
              <Skeleton key={key} className="h-8 w-full" />
            ))}
          </div>
        </Loading>
      )}
      {orders.isError && <ErrorPanel error={orders.error} onRetry={() => void orders.refetch()} />}
      {orders.isSuccess && loaded.length === 0 && (
        <EmptyState icon={<Receipt size={28} />} title={t("orders.empty.title")}>
          <p>{t(search.status ? "orders.empty.filter" : "orders.empty.text")}</p>
        </EmptyState>
      )}
      {wanted !== "" && loaded.length > 0 && (
        <p role="status" className="text-sm text-muted">
          {t("orders.found", { count: shown.length, loaded: loaded.length })}{" "}
          {orders.hasNextPage && t("orders.found.more")}
        </p>
      )}
      {shown.length > 0 && <OrdersTable orders={shown} event={event} />}
      {orders.hasNextPage && (
        <Button
          className="self-center"
          isBusy={orders.isFetchingNextPage}
          onClick={() => void orders.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      )}
    </>
  );
}
