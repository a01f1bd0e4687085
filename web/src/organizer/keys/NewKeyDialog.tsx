// Creates an API key and shows its secret, this once.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { serverNow } from "../../shared/lib/clock";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { SelectField } from "../../shared/ui/SelectField";
import { TextField } from "../../shared/ui/TextField";
import { useStepUp } from "../desk/StepUp";
import { useT } from "../i18n/useT";
import { createKey, keysQuery, type NewKey } from "./queries";
import { ScopeFields } from "./ScopeFields";
import type { Scope } from "./scopes";

interface Props {
  readonly organizationId: string;
  readonly onClose: () => void;
}

const DAYS = [30, 90, 365] as const;

export function NewKeyDialog({ organizationId, onClose }: Props) {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const [label, setLabel] = useState("");
  const [days, setDays] = useState<number | null>(90);
  const [scopes, setScopes] = useState<readonly Scope[] | null>(null);
  const [isMissing, setMissing] = useState(false);
  const create = useMutation({
    mutationFn: () => {
      const expiresAt = days ? new Date(serverNow() + days * 86_400_000).toISOString() : null;
      return guarded(() => createKey(organizationId, { label: label.trim(), expiresAt, scopes }));
    },
    onSuccess: () => void queries.invalidateQueries(keysQuery(organizationId)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isComplete = label.trim() !== "" && scopes?.length !== 0;
    setMissing(!isComplete);
    if (isComplete) create.mutate();
  };
  const refused = isProblem(create.error, "validation")
    ? create.error.errors[0]?.detail
    : undefined;
  return (
    <Dialog isOpen title={t("keys.create")} onClose={onClose}>
      {create.data ? (
        <Made made={create.data} onClose={onClose} />
      ) : (
        <form noValidate className="flex flex-col gap-5" onSubmit={submit}>
          <TextField
            label={t("keys.label")}
            hint={t("keys.label.hint")}
            maxLength={100}
            autoComplete="off"
            value={label}
            error={isMissing && label.trim() === "" ? t("edit.fault.required") : refused}
            onChange={(event) => setLabel(event.target.value)}
          />
          <SelectField
            label={t("keys.expires")}
            value={days ?? ""}
            onChange={(event) => setDays(Number(event.target.value) || null)}
          >
            {DAYS.map((count) => (
              <option key={count} value={count}>
                {t("keys.days", { count })}
              </option>
            ))}
            <option value="">{t("state.never")}</option>
          </SelectField>
          <ScopeFields
            scopes={scopes}
            error={isMissing && scopes?.length === 0 ? t("keys.scopes.none") : undefined}
            onChange={setScopes}
          />
          {create.isError && !refused && <ErrorPanel error={create.error} />}
          <Button type="submit" tone="primary" isBusy={create.isPending}>
            {t("keys.create")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}

function Made({ made, onClose }: { readonly made: NewKey; readonly onClose: () => void }) {
  const t = useT();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.secret);
      setCopied(true);
    } catch {
      setCopied(false); // it can still be copied by hand
    }
  };
  return (
    <div className="flex flex-col gap-5">
      <Notice tone="warn" role="status">
        {t("keys.once")}
      </Notice>
      <TextField
        label={t("keys.secret")}
        readOnly
        className="font-mono text-sm"
        value={made.secret}
        onFocus={(event) => event.target.select()}
      />
      <div className="flex flex-col justify-end gap-3 sm:flex-row">
        <Button onClick={() => void copy()}>{t(isCopied ? "action.copied" : "action.copy")}</Button>
        <Button tone="primary" onClick={onClose}>
          {t("keys.kept")}
        </Button>
      </div>
    </div>
  );
}
