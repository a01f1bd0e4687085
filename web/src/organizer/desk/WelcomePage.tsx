// An account without an organisation: one field, and the desk is ready.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { accountKey } from "../../shared/account/account";
import { isProblem } from "../../shared/api/problem";
import { refreshSession } from "../../shared/api/session";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { PageHeading } from "../../shared/ui/PageHeading";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { useFirstField } from "../kit/useFirstField";
import { createOrganization } from "./commands";
import { chooseOrganization } from "./organization";
import { useDesk } from "./useDesk";

const NAME = "organization-name";

export function WelcomePage() {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { account } = useDesk();
  const [name, setName] = useState("");
  const [isMissing, setMissing] = useState(false);
  const create = useMutation({
    mutationFn: () => createOrganization(name.trim()),
    onSuccess: async ({ organization_id }) => {
      chooseOrganization(organization_id);
      // The new role is in the next access token only.
      await refreshSession();
      await queries.invalidateQueries({ queryKey: accountKey });
      await navigate({ to: "/new" });
    },
  });
  useFirstField(NAME);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.trim() === "");
    if (name.trim() !== "") create.mutate();
  };
  const refused = isProblem(create.error, "validation")
    ? create.error.errors[0]?.detail
    : undefined;
  return (
    <div className="flex max-w-xl flex-col gap-6">
      <PageHeading title={t("welcome.title")} />
      <p className="text-muted">{t("welcome.text")}</p>
      {!account.email_verified && (
        <Notice tone="warn">{t("welcome.unverified", { email: account.email ?? "" })}</Notice>
      )}
      <form noValidate className="card flex flex-col gap-5 p-5" onSubmit={submit}>
        <TextField
          id={NAME}
          label={t("welcome.name")}
          hint={t("welcome.hint")}
          autoComplete="organization"
          maxLength={200}
          dir="auto"
          value={name}
          error={isMissing && name.trim() === "" ? t("welcome.required") : refused}
          onChange={(event) => setName(event.target.value)}
        />
        {create.isError && !refused && <ErrorPanel error={create.error} />}
        <Button type="submit" tone="primary" isBusy={create.isPending}>
          {t("welcome.action")}
        </Button>
      </form>
    </div>
  );
}
