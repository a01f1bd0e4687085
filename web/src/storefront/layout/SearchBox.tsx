// Search from every page; on the home page it filters while one types.
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useT } from "../i18n/useT";

const PAUSE_MS = 300;

export function SearchBox() {
  const t = useT();
  const id = useId();
  const navigate = useNavigate();
  const { pathname, query } = useRouterState({
    select: ({ location }) => ({
      pathname: location.pathname,
      query:
        "q" in location.search && typeof location.search.q === "string" ? location.search.q : "",
    }),
  });
  const isHome = pathname === "/";
  const [text, setText] = useState(query);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(query), [query]);
  // What was typed here must not pull the reader back from a page opened meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the page is the reason.
  useEffect(() => () => clearTimeout(timer.current), [pathname]);

  const go = (value: string, replace: boolean) => {
    clearTimeout(timer.current);
    const q = value.trim() || undefined;
    void navigate({
      to: "/",
      search: (previous) => (isHome ? { ...previous, q } : { q }),
      replace,
    });
  };
  return (
    <search>
      <form
        className="relative"
        onSubmit={(event) => {
          event.preventDefault();
          go(text, isHome);
        }}
      >
        <label htmlFor={id} className="sr-only">
          {t("nav.search")}
        </label>
        <Search
          size={18}
          aria-hidden="true"
          className="pointer-events-none absolute start-3.5 top-1/2 -translate-y-1/2 text-muted"
        />
        <input
          id={id}
          type="search"
          enterKeyHint="search"
          maxLength={200}
          placeholder={t("nav.search.hint")}
          className="control rounded-full bg-surface ps-10"
          value={text}
          onChange={(event) => {
            const value = event.target.value;
            setText(value);
            clearTimeout(timer.current);
            if (isHome) timer.current = setTimeout(() => go(value, true), PAUSE_MS);
          }}
        />
      </form>
    </search>
  );
}
