// The ways through the platform's pages.
import { Link } from "@tanstack/react-router";
import { useT } from "../organizer/i18n/useT";
import { useTabInSight } from "../organizer/kit/useTabInSight";

const TAB =
  "inline-flex min-h-11 items-center border-b-2 border-transparent px-3 text-sm font-semibold whitespace-nowrap text-muted " +
  "hover:text-text aria-[current=page]:border-primary aria-[current=page]:text-primary";

export function PlatformNav() {
  const t = useT();
  const list = useTabInSight();
  return (
    <nav aria-label={t("platform.nav")} className="overflow-x-auto border-b border-border">
      <ul ref={list} className="flex">
        <li>
          <Link to="/platform" activeOptions={{ exact: true }} className={TAB}>
            {t("platform.tab.health")}
          </Link>
        </li>
        <li>
          <Link
            to="/platform/organizations"
            activeOptions={{ includeSearch: false }}
            className={TAB}
          >
            {t("platform.tab.organizations")}
          </Link>
        </li>
        <li>
          <Link to="/platform/people" activeOptions={{ includeSearch: false }} className={TAB}>
            {t("platform.tab.people")}
          </Link>
        </li>
        <li>
          <Link to="/platform/growth" activeOptions={{ includeSearch: false }} className={TAB}>
            {t("platform.tab.growth")}
          </Link>
        </li>
      </ul>
    </nav>
  );
}
