// People as a table; on phones each is a card.
import { useDesk } from "../organizer/desk/useDesk";
import { useT } from "../organizer/i18n/useT";
import { CELL, HEAD, ROW, TABLE } from "../organizer/kit/table";
import { localZone } from "../shared/lib/time";
import { Badge } from "../shared/ui/Badge";
import { Button } from "../shared/ui/Button";
import { When } from "../shared/ui/When";
import type { PlatformPerson } from "./queries";
import { StandingBadge } from "./StandingBadge";

interface Props {
  readonly people: readonly PlatformPerson[];
  readonly onLook: (one: PlatformPerson) => void;
  readonly onChange: (one: PlatformPerson) => void;
}

export function PeopleTable({ people, onLook, onChange }: Props) {
  const t = useT();
  return (
    <div className="card overflow-x-auto">
      <table className={TABLE}>
        <caption className="sr-only">{t("people.title")}</caption>
        <thead className={HEAD}>
          <tr>
            <th scope="col">{t("people.name")}</th>
            <th scope="col">{t("platform.standing")}</th>
            <th scope="col">{t("people.memberships")}</th>
            <th scope="col">{t("people.sessions")}</th>
            <th scope="col">{t("people.seen")}</th>
            <th scope="col">{t("platform.actions")}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((one) => (
            <tr key={one.account_id} className={ROW}>
              <th scope="row" className={`${CELL} text-start font-normal`}>
                <span className="min-w-0 [overflow-wrap:anywhere]">
                  {one.name && <bdi className="block font-semibold">{one.name}</bdi>}
                  <span className="text-muted">{one.email ?? t("people.erased")}</span>
                </span>
              </th>
              <td className={CELL} data-label={t("platform.standing")}>
                <span className="flex flex-wrap gap-1 max-sm:justify-end">
                  <StandingBadge state={one.state} />
                  {one.platform_admin && <Badge tone="info">{t("people.admin")}</Badge>}
                  {!one.email_verified && <Badge tone="warn">{t("people.unverified")}</Badge>}
                </span>
              </td>
              <td className={CELL} data-label={t("people.memberships")}>
                {one.memberships.length > 0 ? (
                  <span className="flex flex-col max-sm:items-end">
                    {one.memberships.map((of) => (
                      <span key={of.organization_id}>
                        {of.organization_name}{" "}
                        <span className="text-muted">({t(`role.${of.role}`)})</span>
                      </span>
                    ))}
                  </span>
                ) : (
                  <span className="text-muted">{t("people.memberships.none")}</span>
                )}
              </td>
              <td className={`${CELL} tabular`} data-label={t("people.sessions")}>
                {one.sessions}
              </td>
              <td className={`${CELL} text-muted`} data-label={t("people.seen")}>
                {one.last_seen_at ? (
                  <When at={one.last_seen_at} zone={localZone()} />
                ) : (
                  t("people.seen.never")
                )}
              </td>
              <td className={CELL}>
                <Actions one={one} onLook={onLook} onChange={onChange} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type ActionsProps = Omit<Props, "people"> & { readonly one: PlatformPerson };

/** Nobody suspends or looks at themselves, and nobody sees with the eyes of whoever runs the platform. */
function Actions({ one, onLook, onChange }: ActionsProps) {
  const t = useT();
  const { account } = useDesk();
  if (one.account_id === account.account_id) return null;
  const name = one.name ?? one.email ?? t("people.erased");
  return (
    <span className="flex flex-wrap gap-2 max-sm:pt-2">
      {!one.platform_admin && one.state === "ACTIVE" && (
        <Button size="sm" onClick={() => onLook(one)}>
          {t("people.look")}
          <span className="sr-only">: {name}</span>
        </Button>
      )}
      <Button size="sm" tone="quiet" onClick={() => onChange(one)}>
        {t(one.state === "ACTIVE" ? "platform.suspend" : "platform.resume")}
        <span className="sr-only">: {name}</span>
      </Button>
    </span>
  );
}
