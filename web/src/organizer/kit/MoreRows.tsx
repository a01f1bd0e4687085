// The end of a list that has more: how far a search got, and a way to go on.
import { Button } from "../../shared/ui/Button";
import { useT } from "../i18n/useT";

interface Props {
  readonly isSearch: boolean;
  readonly shown: number;
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly onMore: () => void;
}

/** A search looks through some thousand rows at a time: it may have found few and still not be done. */
export function MoreRows({ isSearch, shown, hasMore, isBusy, onMore }: Props) {
  const t = useT();
  return (
    <>
      {isSearch && (
        <p role="status" className="text-sm text-muted">
          {t("list.found", { count: shown })} {hasMore && t("list.more")}
        </p>
      )}
      {hasMore && (
        <Button className="self-center" isBusy={isBusy} onClick={onMore}>
          {t(isSearch ? "list.search.on" : "action.more")}
        </Button>
      )}
    </>
  );
}
