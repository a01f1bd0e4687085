// Whether somebody may act with it.
import { useT } from "../organizer/i18n/useT";
import { Badge } from "../shared/ui/Badge";
import type { Standing } from "./search";

export function StandingBadge({ state }: { readonly state: Standing }) {
  const t = useT();
  return (
    <Badge tone={state === "ACTIVE" ? "success" : "danger"}>
      {t(`platform.standing.${state}`)}
    </Badge>
  );
}
