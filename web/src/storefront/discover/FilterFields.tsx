// The controls of the filters.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useI18n } from "../../shared/i18n/context";
import { cx } from "../../shared/lib/cx";
import { numberFormat } from "../../shared/lib/formatters";
import { exponent, formatMoney } from "../../shared/lib/money";
import { SelectField } from "../../shared/ui/SelectField";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { DayChips } from "./DayChips";
import type { Filters } from "./filters";
import { type Facet, facetsQuery } from "./queries";

interface Props {
  readonly filters: Filters;
  readonly onChange: (next: Partial<Filters>) => void;
  readonly layout: "row" | "column";
  /** At the end of the last row. */
  readonly extra?: ReactNode;
}

/** In whole units of the currency. */
const PRICES = [0, 10, 25, 50, 100];

export function FilterFields({ filters, onChange, layout, extra }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const { data: facets } = useQuery(facetsQuery(filters));
  const currency = filters.currency ?? facets?.currencies[0]?.value ?? null;
  const isRow = layout === "row";
  const isBackwards = Boolean(filters.from && filters.to && filters.to < filters.from);
  const withCount = (name: string, count: number | undefined) =>
    facets?.is_complete && count !== undefined
      ? `${name} (${numberFormat(locale).format(count)})`
      : name;
  const label = ({ value, count }: Facet) => withCount(value, count);
  return (
    <div className={cx(isRow ? "contents" : "flex flex-col gap-4")}>
      <Choice
        label={t("filter.city")}
        any={t("filter.city.any")}
        value={filters.city}
        facets={facets?.cities ?? []}
        text={label}
        onChange={(city) => onChange({ city })}
      />
      <Choice
        label={t("filter.category")}
        any={t("filter.category.any")}
        value={filters.category}
        facets={facets?.categories ?? []}
        text={label}
        onChange={(category) => onChange({ category })}
      />
      {currency && (
        <SelectField
          label={t("filter.price")}
          value={filters.price ?? ""}
          onChange={({ target: { value } }) =>
            onChange(
              value === ""
                ? { price: undefined, currency: undefined }
                : { price: Number(value), currency },
            )
          }
        >
          <option value="">{t("filter.price.any")}</option>
          {PRICES.map((price) => {
            const amount = price * 10 ** exponent(currency);
            return (
              <option key={price} value={amount}>
                {price === 0 ? t("card.free") : formatMoney({ amount, currency }, locale)}
              </option>
            );
          })}
        </SelectField>
      )}
      <TextField
        type="date"
        label={t("filter.from")}
        value={filters.from ?? ""}
        onChange={(event) => onChange({ from: event.target.value || undefined })}
      />
      <TextField
        type="date"
        label={t("filter.to")}
        error={isBackwards ? t("filter.invalid") : undefined}
        value={filters.to ?? ""}
        onChange={(event) => onChange({ to: event.target.value || undefined })}
      />
      <div className={cx("flex flex-wrap items-center gap-x-4 gap-y-2", isRow && "w-full")}>
        <DayChips filters={filters} onChange={onChange} />
        <label className="inline-flex min-h-11 items-center gap-2.5">
          <input
            type="checkbox"
            className="size-5 accent-primary"
            checked={filters.available === true}
            onChange={(event) => onChange({ available: event.target.checked || undefined })}
          />
          {withCount(t("filter.available"), facets?.available)}
        </label>
        {extra}
      </div>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly facets: readonly Facet[];
  readonly text: (facet: Facet) => string;
  readonly onChange: (value: string | undefined) => void;
}

function Choice({ label, any, value, facets, text, onChange }: ChoiceProps) {
  // The API finds a place whatever the case; the address may have another one than the list.
  const listed = facets.find((facet) => facet.value.toLowerCase() === value?.toLowerCase());
  const isListed = value === undefined || listed !== undefined;
  return (
    <SelectField
      label={label}
      value={listed?.value ?? value ?? ""}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">{any}</option>
      {!isListed && <option value={value}>{value}</option>}
      {facets.map((facet) => (
        <option key={facet.value} value={facet.value}>
          {text(facet)}
        </option>
      ))}
    </SelectField>
  );
}
