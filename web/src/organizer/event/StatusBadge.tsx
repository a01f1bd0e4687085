// Where an event is in its life.
import type { Schemas } from "../../shared/api/client";
import { Badge, type BadgeTone } from "../../shared/ui/Badge";
import { useT } from "../i18n/useT";

const TONES: Record<Schemas["EventStatus"], BadgeTone> = {
  DRAFT: "warn",
  PUBLISHED: "success",
  CANCELLED: "danger",
  COMPLETED: "neutral",
};

export function StatusBadge({ status }: { readonly status: Schemas["EventStatus"] }) {
  const t = useT();
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>;
}
