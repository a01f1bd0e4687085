// Organisations as a table; on phones each is a card.
import { useT } from "../organizer/i18n/useT";
import { CELL, HEAD, ROW, TABLE } from "../organizer/kit/table";
import { localZone } from "../shared/lib/time";
import { Button } from "../shared/ui/Button";
import { Money } from "../shared/ui/Money";
import { When } from "../shared/ui/When";
import type { PlatformOrganization } from "./queries";
import { StandingBadge } from "./StandingBadge";

interface Props {
  readonly organizations: readonly PlatformOrganization[];
  readonly onOpen: (one: PlatformOrganization) => void;
  readonly onChange: (one: PlatformOrganization) => void;
}

export function OrganizationsTable({ organizations, onOpen, onChange }: Props) {
  const t = useT();
  return (
    <div className="card overflow-x-auto">
      <table className={TABLE}>
        <caption className="sr-only">{t("organizations.title")}</caption>
        <thead className={HEAD}>
          <tr>
            <th scope="col">{t("organizations.name")}</th>
            <th scope="col">{t("platform.standing")}</th>
            <th scope="col">{t("organizations.sales")}</th>
            <th scope="col">{t("organizations.events")}</th>
            <th scope="col">{t("organizations.members")}</th>
            <th scope="col">{t("platform.since")}</th>
            <th scope="col">{t("platform.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {organizations.map((one) => (
            <tr key={one.organization_id} className={ROW}>
              <th scope="row" className={`${CELL} text-start font-semibold`}>
                <bdi className="min-w-0 [overflow-wrap:anywhere]">{one.name}</bdi>
              </th>
              <td className={CELL} data-label={t("platform.standing")}>
                <StandingBadge state={one.state} />
              </td>
              <td className={`${CELL} tabular`} data-label={t("organizations.sales")}>
                <span className="flex flex-col max-sm:items-end">
                  {one.sales.map((sold) => (
                    <Money key={sold.revenue.currency} value={sold.revenue} />
                  ))}
                  {one.sales.length === 0 && (
                    <span className="text-muted">{t("organizations.sales.none")}</span>
                  )}
                </span>
              </td>
              <td className={`${CELL} tabular`} data-label={t("organizations.events")}>
                {t("organizations.events.of", {
                  published: one.events_published,
                  all: one.events,
                })}
              </td>
              <td className={`${CELL} tabular`} data-label={t("organizations.members")}>
                {one.members}
              </td>
              <td
                className={`${CELL} whitespace-nowrap text-muted`}
                data-label={t("platform.since")}
              >
                <When at={one.created_at} zone={localZone()} style="date" />
              </td>
              <td className={CELL}>
                <span className="flex flex-wrap gap-2 whitespace-nowrap max-sm:pt-2 lg:flex-nowrap">
                  <Button size="sm" onClick={() => onOpen(one)}>
                    {t("organizations.open")}
                    <span className="sr-only">: {one.name}</span>
                  </Button>
                  <Button size="sm" tone="quiet" onClick={() => onChange(one)}>
                    {t(one.state === "ACTIVE" ? "platform.suspend" : "platform.resume")}
                    <span className="sr-only">: {one.name}</span>
                  </Button>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
