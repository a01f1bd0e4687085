// The pages of one event. On a phone they are one line that scrolls; the one that is shown is in sight.
import { Link } from "@tanstack/react-router";
import type { EventView } from "../../shared/catalogue/queries";
import { useDesk } from "../desk/useDesk";
import { useT } from "../i18n/useT";
import { useTabInSight } from "../kit/useTabInSight";

const TAB =
  "inline-flex min-h-11 items-center border-b-2 border-transparent px-3 text-sm font-semibold whitespace-nowrap text-muted " +
  "hover:text-text aria-[current=page]:border-primary aria-[current=page]:text-primary";

export function EventTabs({ event }: { readonly event: EventView }) {
  const t = useT();
  const { may } = useDesk();
  const params = { eventId: event.event_id };
  const list = useTabInSight();
  return (
    <nav aria-label={t("event.nav")} className="-mb-px overflow-x-auto border-b border-border">
      <ul ref={list} className="flex">
        <li>
          <Link
            to="/events/$eventId"
            params={params}
            activeOptions={{ exact: true }}
            className={TAB}
          >
            {t("event.tab.sales")}
          </Link>
        </li>
        <li>
          <Link to="/events/$eventId/edit" params={params} className={TAB}>
            {t("event.tab.edit")}
          </Link>
        </li>
        <li>
          <Link to="/events/$eventId/tickets" params={params} className={TAB}>
            {t("event.tab.tickets")}
          </Link>
        </li>
        <li>
          <Link
            to="/events/$eventId/orders"
            params={params}
            activeOptions={{ includeSearch: false }}
            className={TAB}
          >
            {t("event.tab.orders")}
          </Link>
        </li>
        <li>
          <Link
            to="/events/$eventId/attendees"
            params={params}
            activeOptions={{ includeSearch: false }}
            className={TAB}
          >
            {t("event.tab.attendees")}
          </Link>
        </li>
        {may("devices", event.organization_id) && (
          <li>
            <Link to="/events/$eventId/devices" params={params} className={TAB}>
              {t("event.tab.devices")}
            </Link>
          </li>
        )}
        <li>
          <Link to="/events/$eventId/history" params={params} className={TAB}>
            {t("event.tab.history")}
          </Link>
        </li>
      </ul>
    </nav>
  );
}
