// A new account. The answer is the same for known and unknown addresses.
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { TextField } from "../../shared/ui/TextField";
import { recallContact } from "../booking/contactDraft";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { register } from "./commands";
import { wrongField } from "./fieldErrors";
import { Or } from "./Or";
import { PasswordField } from "./PasswordField";
import { ProviderButtons } from "./ProviderButtons";
import { keepWayOn } from "./wayOn";

const route = getRouteApi("/register");

export function RegisterPage() {
  const t = useT();
  const { next } = route.useSearch();
  const [email, setEmail] = useState(() => recallContact().email);
  const [name, setName] = useState(() => recallContact().name);
  const [password, setPassword] = useState("");
  const making = useMutation({
    mutationFn: () => register(email, password, name),
    onSuccess: () => keepWayOn(next),
  });
  if (making.isSuccess) {
    return (
      <AuthCard title={t("auth.sent.title")}>
        <Notice
          role="status"
          tone="success"
          icon={<MailCheck size={22} className="text-success" />}
        >
          {t("auth.register.sent", { email: email.trim() })}
        </Notice>
      </AuthCard>
    );
  }
  const wrong = {
    email: wrongField(making.error, "email") && t("contact.email.error"),
    name: wrongField(making.error, "name") && t("contact.name.error"),
    password: wrongField(making.error, "password") && t("auth.password.weak"),
  };
  const isAboutFields = Boolean(wrong.email || wrong.name || wrong.password);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!making.isPending) making.mutate();
  };
  return (
    <AuthCard title={t("auth.register.title")} lead={t("auth.register.lead")}>
      <form className="flex flex-col gap-5" onSubmit={submit}>
        {making.isError && !isAboutFields && <ErrorPanel error={making.error} />}
        <TextField
          required
          id="email"
          type="email"
          autoComplete="email"
          maxLength={254}
          label={t("contact.email")}
          error={wrong.email}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          isOptional
          id="name"
          autoComplete="name"
          maxLength={200}
          label={t("contact.name")}
          error={wrong.name}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <PasswordField
          isNew
          label={t("auth.password")}
          error={wrong.password}
          value={password}
          onChange={setPassword}
        />
        <Button type="submit" tone="primary" size="lg" isBusy={making.isPending}>
          {t("auth.register.submit")}
        </Button>
      </form>
      <div className="flex flex-col gap-4">
        <ProviderButtons next={next} before={<Or />} />
      </div>
      <Link to="/login" search={{ next }} className="link self-start">
        {t("auth.login.link")}
      </Link>
    </AuthCard>
  );
}
