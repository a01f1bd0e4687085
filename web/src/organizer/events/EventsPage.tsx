// All events of the organizer's organisations.
import { PageHeading } from "../../shared/ui/PageHeading";
import { useT } from "../i18n/useT";

export function EventsPage() {
  const t = useT();
  return <PageHeading title={t("events.title")} />;
}
