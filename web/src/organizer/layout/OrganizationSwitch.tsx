// For which organisation the desk works. One organisation is just named.
import { useNavigate } from "@tanstack/react-router";
import { SelectField } from "../../shared/ui/SelectField";
import { chooseOrganization } from "../desk/organization";
import { useDesk } from "../desk/useDesk";
import { useT } from "../i18n/useT";

export function OrganizationSwitch() {
  const t = useT();
  const navigate = useNavigate();
  const { account, organizationId, role } = useDesk();
  const nameOf = (id: string, name: string | null | undefined) => name ?? id.slice(0, 8);
  const own = account.memberships.find((one) => one.organization_id === organizationId);
  if (!organizationId) return null;
  if (account.memberships.length < 2) {
    return (
      <div className="px-3">
        <p dir="auto" className="font-semibold [overflow-wrap:anywhere]">
          {nameOf(organizationId, own?.organization_name)}
        </p>
        {role && <p className="text-sm text-muted">{t(`role.${role}`)}</p>}
      </div>
    );
  }
  return (
    <SelectField
      label={t("desk.organization")}
      hint={role && t(`role.${role}`)}
      value={organizationId}
      onChange={(event) => {
        chooseOrganization(event.target.value);
        void navigate({ to: "/" });
      }}
    >
      {account.memberships.map((one) => (
        <option key={one.organization_id} value={one.organization_id}>
          {nameOf(one.organization_id, one.organization_name)}
        </option>
      ))}
    </SelectField>
  );
}
