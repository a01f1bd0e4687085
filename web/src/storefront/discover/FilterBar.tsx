// The filters: a row on wide screens, a sheet on phones.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { SlidersHorizontal, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { useT } from "../i18n/useT";
import { FilterFields } from "./FilterFields";
import { countFilters, type Filters } from "./filters";
import { facetsQuery } from "./queries";

export function FilterBar({ filters }: { readonly filters: Filters }) {
  const t = useT();
  const navigate = useNavigate();
  const [isOpen, setIsOpen] = useState(false);
  const { data: facets } = useQuery(facetsQuery(filters));
  const count = countFilters(filters);
  const change = (next: Partial<Filters>) =>
    void navigate({ to: "/", search: (previous) => ({ ...previous, ...next }), replace: true });
  const clear = () => void navigate({ to: "/", search: { q: filters.q }, replace: true });
  return (
    <section aria-label={t("filter.title")}>
      <div className="flex items-center gap-3 lg:hidden">
        <Button
          icon={<SlidersHorizontal size={18} aria-hidden="true" />}
          onClick={() => setIsOpen(true)}
        >
          {count > 0 ? t("filter.count", { count }) : t("filter.open")}
        </Button>
        {count > 0 && (
          <Button tone="quiet" icon={<X size={18} aria-hidden="true" />} onClick={clear}>
            {t("filter.clear")}
          </Button>
        )}
      </div>
      <div className="hidden flex-wrap items-end gap-3 lg:flex">
        <FilterFields
          filters={filters}
          onChange={change}
          layout="row"
          extra={
            count > 0 && (
              <Button
                size="sm"
                tone="quiet"
                icon={<X size={18} aria-hidden="true" />}
                onClick={clear}
              >
                {t("filter.clear")}
              </Button>
            )
          }
        />
      </div>
      <Dialog
        isSheet
        isOpen={isOpen}
        title={t("filter.title")}
        onClose={() => setIsOpen(false)}
        actions={
          <>
            <Button tone="quiet" onClick={clear}>
              {t("filter.clear")}
            </Button>
            <Button tone="primary" onClick={() => setIsOpen(false)}>
              {facets?.is_complete
                ? t("filter.show.count", { count: facets.total })
                : t("filter.show")}
            </Button>
          </>
        }
      >
        <FilterFields filters={filters} onChange={change} layout="column" />
      </Dialog>
    </section>
  );
}
