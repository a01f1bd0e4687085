// Search and state, kept in the address.
import { useT } from "../organizer/i18n/useT";
import { SearchField } from "../organizer/kit/SearchField";
import { SelectField } from "../shared/ui/SelectField";
import { type PlatformSearch, readPlatformSearch, STANDINGS } from "./search";

interface Props {
  readonly placeholder: string;
  readonly search: PlatformSearch;
  readonly onSearch: (search: PlatformSearch) => void;
}

export function ListFilters({ placeholder, search, onSearch }: Props) {
  const t = useT();
  const change = (next: Record<string, string>) =>
    onSearch(readPlatformSearch({ ...search, ...next }));
  return (
    <search className="flex flex-wrap items-end gap-4">
      <SearchField
        label={t("platform.search")}
        placeholder={placeholder}
        value={search.q ?? ""}
        onSearch={(q) => change({ q })}
      />
      <SelectField
        label={t("platform.standing")}
        fieldClassName="basis-44 max-sm:grow"
        value={search.state ?? ""}
        onChange={(event) => change({ state: event.target.value })}
      >
        <option value="">{t("platform.all")}</option>
        {STANDINGS.map((state) => (
          <option key={state} value={state}>
            {t(`platform.standing.${state}`)}
          </option>
        ))}
      </SelectField>
    </search>
  );
}
