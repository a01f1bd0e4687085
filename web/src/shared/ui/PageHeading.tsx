// The one h1 of a page. After a navigation it takes the focus, so that screen readers hear where they are.
import { type ReactNode, useEffect, useRef } from "react";
import { cx } from "../lib/cx";
import { useTitle } from "../lib/useTitle";

interface Props {
  /** The document's title, if it isn't the heading's text. */
  readonly title: string;
  readonly children?: ReactNode;
  readonly className?: string;
  /** Words of an organizer, in any script. */
  readonly isGiven?: boolean;
}

let isFirstPage = true;

export function PageHeading({ title, children, className, isGiven = false }: Props) {
  useTitle(title);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
  return (
    <h1
      ref={heading}
      tabIndex={-1}
      {...(isGiven && { dir: "auto" })}
      className={cx("text-3xl font-bold", className)}
    >
      {children ?? title}
    </h1>
  );
}
