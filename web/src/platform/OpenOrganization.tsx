// The platform's admins work at the desk of any organisation.
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { chooseOrganization } from "../organizer/desk/organization";
import { useT } from "../organizer/i18n/useT";
import { Button } from "../shared/ui/Button";
import { TextField } from "../shared/ui/TextField";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function OpenOrganization() {
  const t = useT();
  const navigate = useNavigate();
  const [id, setId] = useState("");
  const [isWrong, setWrong] = useState(false);
  const open = (event: FormEvent) => {
    event.preventDefault();
    setWrong(!ID.test(id.trim()));
    if (!ID.test(id.trim())) return;
    chooseOrganization(id.trim().toLowerCase());
    void navigate({ to: "/" });
  };
  return (
    <section className="card flex flex-col gap-4 p-5">
      <h2 className="text-lg font-bold">{t("platform.organizations.open")}</h2>
      <form noValidate className="flex flex-wrap items-start gap-3" onSubmit={open}>
        <TextField
          label={t("platform.organizations.id")}
          hint={t("platform.organizations.hint")}
          autoComplete="off"
          spellCheck={false}
          fieldClassName="max-w-lg flex-1 basis-72"
          value={id}
          error={isWrong ? t("platform.organizations.fault") : undefined}
          onChange={(event) => setId(event.target.value)}
        />
        <Button type="submit" className="mt-7.5">
          {t("platform.organizations.action")}
        </Button>
      </form>
    </section>
  );
}
