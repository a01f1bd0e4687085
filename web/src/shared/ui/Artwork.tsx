// The picture of an event; without one, a drawing that is always the same for the same event.
import { memo, useId, useState } from "react";
import { cx } from "../lib/cx";
import { Drawing } from "./Drawing";

interface Props {
  readonly seed: string;
  readonly category: string;
  readonly imageUrl: string | null;
  readonly className?: string;
  /** The picture is what the reader waits for. */
  readonly isEager?: boolean;
}

/** Decoration: the title beside it says what the event is. */
export const Artwork = memo(function Artwork({
  seed,
  category,
  imageUrl,
  className,
  isEager,
}: Props) {
  const id = useId();
  const [isBroken, setIsBroken] = useState(false);
  if (imageUrl && !isBroken) {
    return (
      <img
        src={imageUrl}
        alt=""
        loading={isEager ? "eager" : "lazy"}
        decoding="async"
        fetchPriority={isEager ? "high" : "auto"}
        className={cx("object-cover", className)}
        onError={() => setIsBroken(true)}
      />
    );
  }
  return <Drawing id={id} seed={seed} category={category} {...(className && { className })} />;
});
