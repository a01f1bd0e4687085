// Orders: search, filter, load more, export.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Receipt } from "lucide-react";
import type { EventView } from "../../shared/catalogue/queries";
import { cx } from "../../shared/lib/cx";
import { localZone } from "../../shared/lib/time";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { SelectField } from "../../shared/ui/SelectField";
import { Skeleton } from "../../shared/ui/Skeleton";
import { TextField } from "../../shared/ui/TextField";
import { ExportPanel } from "../exports/ExportPanel";
import { useT } from "../i18n/useT";
import { MoreRows } from "../kit/MoreRows";
import { SearchField } from "../kit/SearchField";
import { OrdersTable } from "./OrdersTable";
import { ordersQuery } from "./queries";
import { type OrderSearch, readOrderSearch, STATUSES } from "./search";

interface Props {
  readonly organizationId: string;
  readonly event?: EventView;
  readonly search: OrderSearch;
  readonly onSearch: (search: OrderSearch) => void;
}

export function OrderList({ organizationId, event, search, onSearch }: Props) {
  const t = useT();
  const zone = event?.time_zone ?? localZone();
  const eventId = event?.event_id;
  const orders = useInfiniteQuery(ordersQuery({ organizationId, eventId, zone, search }));
  const shown = orders.data?.pages.flatMap((page) => page.data) ?? [];
  const isFiltered = Object.keys(search).length > 0;
  return (
    <>
      <Filters search={search} onSearch={onSearch} />
      <ExportPanel
        scope={{ organizationId, eventId }}
        data="orders"
        zone={zone}
        days={{ from: search.from, to: search.to }}
      />
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
      {orders.isSuccess && shown.length === 0 && !orders.hasNextPage && (
        <EmptyState icon={<Receipt size={28} />} title={t("orders.empty.title")}>
          <p>{t(isFiltered ? "orders.empty.filter" : "orders.empty.text")}</p>
        </EmptyState>
      )}
      {shown.length > 0 && (
        <div
          aria-busy={orders.isPlaceholderData}
          className={cx(orders.isPlaceholderData && "opacity-70")}
        >
          <OrdersTable orders={shown} event={event} />
        </div>
      )}
      {orders.isSuccess && (
        <MoreRows
          isSearch={search.q !== undefined}
          shown={shown.length}
          hasMore={orders.hasNextPage}
          isBusy={orders.isFetchingNextPage}
          onMore={() => void orders.fetchNextPage()}
        />
      )}
    </>
  );
}

type FilterProps = Pick<Props, "search" | "onSearch">;

function Filters({ search, onSearch }: FilterProps) {
  const t = useT();
  const change = (next: Record<string, string>) =>
    onSearch(readOrderSearch({ ...search, ...next }));
  return (
    <search className="flex flex-wrap items-end gap-4">
      <SearchField
        label={t("orders.search")}
        placeholder={t("orders.search.placeholder")}
        value={search.q ?? ""}
        onSearch={(q) => change({ q })}
      />
      <SelectField
        label={t("orders.status")}
        fieldClassName="basis-40 max-sm:basis-full"
        value={search.status ?? ""}
        onChange={(event) => change({ status: event.target.value })}
      >
        <option value="">{t("orders.status.all")}</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(`order.status.${status}`)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t("orders.from")}
        type="date"
        fieldClassName="basis-40 max-sm:grow"
        max={search.to}
        value={search.from ?? ""}
        onChange={(event) => change({ from: event.target.value })}
      />
      <TextField
        label={t("orders.to")}
        type="date"
        fieldClassName="basis-40 max-sm:grow"
        min={search.from}
        value={search.to ?? ""}
        onChange={(event) => change({ to: event.target.value })}
      />
    </search>
  );
}
