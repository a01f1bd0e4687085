// The picture of an event; without one, a drawing that is always the same for the same event.
import { memo, useId, useState } from "react";
import { cx } from "../lib/cx";
import { Drawing } from "./Drawing";

interface Props {
  readonly seed: string;
  readonly category: string;
  readonly imageUrl: string | null;
  /** What the picture shows, where it tells more than the title beside it. */
  readonly imageAlt?: string | null | undefined;
  readonly className?: string;
  /** The picture is what the reader waits for. */
  readonly isEager?: boolean;
}

/** Pictures of our own have a small copy for lists. */
function smaller(url: string) {
  const name = /^(\/media\/[0-9a-f]{64})\.jpg$/.exec(url)?.[1];
  return (
    name && {
      srcSet: `${name}-640.jpg 640w, ${url} 1600w`,
      sizes: "(max-width: 40rem) 50vw, 24rem",
    }
  );
}

/** Decoration, unless it is described: the title beside it says what the event is. */
export const Artwork = memo(function Artwork({
  seed,
  category,
  imageUrl,
  imageAlt,
  className,
  isEager,
}: Props) {
  const id = useId();
  const [isBroken, setIsBroken] = useState(false);
  if (imageUrl && !isBroken) {
    return (
      <img
        src={imageUrl}
        alt={imageAlt ?? ""}
        {...(!isEager && smaller(imageUrl))}
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
