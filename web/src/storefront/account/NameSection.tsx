// The name on the account.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { accountKey } from "../../shared/account/account";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { changeName } from "./commands";
import { wrongField } from "./fieldErrors";
import { Saved } from "./Saved";
import { Section } from "./Section";

export function NameSection({ name: known }: { readonly name: string }) {
  const t = useT();
  const queries = useQueryClient();
  const [name, setName] = useState(known);
  const change = useMutation({
    mutationFn: () => changeName(name),
    onSuccess: () => queries.invalidateQueries({ queryKey: accountKey }),
  });
  const wrong = wrongField(change.error, "name") && t("contact.name.error");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };
  return (
    <Section title={t("contact.name")}>
      <form className="flex flex-col items-start gap-4" onSubmit={submit}>
        <TextField
          required
          autoComplete="name"
          maxLength={200}
          fieldClassName="w-full"
          label={t("contact.name")}
          error={wrong}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {change.isError && !wrong && <ErrorPanel error={change.error} />}
        <div className="flex items-center gap-3">
          <Button type="submit" isBusy={change.isPending}>
            {t("account.save")}
          </Button>
          <Saved isShown={change.isSuccess} />
        </div>
      </form>
    </Section>
  );
}
