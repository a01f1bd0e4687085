// Log in, with a second factor where there is one, and go back to where one came from.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { accountKey } from "../../shared/account/account";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { logIn } from "./commands";
import { leaveTo } from "./leaveTo";
import { Or } from "./Or";
import { PasskeyLogin } from "./PasskeyLogin";
import { PasswordField } from "./PasswordField";
import { ProviderButtons } from "./ProviderButtons";
import { SecondFactorForm } from "./SecondFactorForm";

const route = getRouteApi("/login");

export function LoginPage() {
  const t = useT();
  const { next } = route.useSearch();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const done = async () => {
    await queries.invalidateQueries({ queryKey: accountKey });
    leaveTo(next);
  };
  const login = useMutation({
    mutationFn: () => logIn(email, password),
    onSuccess: (answer) => (answer.second_factor_required ? undefined : done()),
  });
  const token = login.data?.second_factor_token;
  if (token) {
    const factors = login.data?.second_factors ?? [];
    return (
      <SecondFactorForm
        token={token}
        factors={factors}
        onDone={done}
        onBack={() => login.reset()}
      />
    );
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!login.isPending) login.mutate();
  };
  return (
    <AuthCard title={t("auth.login.title")} lead={t("auth.login.lead")}>
      <form className="flex flex-col gap-5" onSubmit={submit}>
        <LoginProblem error={login.error} />
        <TextField
          required
          id="email"
          type="email"
          autoComplete="username webauthn"
          maxLength={254}
          label={t("contact.email")}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField label={t("auth.password")} value={password} onChange={setPassword} />
        <Button type="submit" tone="primary" size="lg" isBusy={login.isPending}>
          {t("auth.login.submit")}
        </Button>
      </form>
      <div className="flex flex-col gap-4">
        <Or />
        <ProviderButtons next={next} />
        <PasskeyLogin onDone={done} />
      </div>
      <div className="flex flex-wrap justify-between gap-3">
        <Link to="/forgot" className="link">
          {t("auth.forgot.link")}
        </Link>
        <Link to="/register" search={{ next }} className="link">
          {t("auth.register.link")}
        </Link>
      </div>
    </AuthCard>
  );
}

function LoginProblem({ error }: { readonly error: unknown }) {
  const t = useT();
  if (!error) return null;
  if (isProblem(error, "invalid-credentials") || isProblem(error, "validation")) {
    return (
      <Notice tone="danger" role="alert">
        {t("auth.login.wrong")}
      </Notice>
    );
  }
  return <ErrorPanel error={error} />;
}
