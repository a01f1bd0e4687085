// The button. Busy ones stay focusable, so that focus isn't lost while something is under way.
import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/cx";
import { type ButtonSize, type ButtonTone, buttonClass } from "./buttonClass";
import { Spinner } from "./Spinner";

interface Props extends Omit<ComponentProps<"button">, "disabled"> {
  readonly tone?: ButtonTone;
  readonly size?: ButtonSize;
  /** Something is under way: shows a spinner and ignores presses. */
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  readonly icon?: ReactNode;
}

export function Button({
  tone = "secondary",
  size = "md",
  isBusy = false,
  isDisabled = false,
  icon,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={type}
      disabled={isDisabled}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy || undefined}
      className={cx(buttonClass(tone, size), className)}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
