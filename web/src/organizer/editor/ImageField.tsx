// The picture of an event: uploaded or linked, shown as it will look, described, removed.
import { ImageUp, Trash2 } from "lucide-react";
import { useId, useRef, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { problemText } from "../../shared/i18n/problemText";
import { Button } from "../../shared/ui/Button";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { ImagePreview } from "./ImagePreview";
import { isOwnImage, uploadImage } from "./images";

interface Props {
  readonly eventId: string;
  readonly url: string;
  readonly alt: string;
  readonly isReadOnly: boolean;
  readonly urlError: string | undefined;
  readonly altError: string | undefined;
  readonly onUrl: (url: string) => void;
  readonly onAlt: (alt: string) => void;
}

const KNOWN = [
  "image-type",
  "image-broken",
  "image-too-large",
  "image-too-small",
  "payload-too-large",
  "too-many-images",
] as const;

export function ImageField(props: Props) {
  const { eventId, url, alt, isReadOnly, urlError, altError, onUrl, onAlt } = props;
  const t = useT();
  const label = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const upload = async (file: File) => {
    setBusy(true);
    setError(null);
    try {
      onUrl((await uploadImage(eventId, file)).image_url);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
      if (input.current) input.current.value = "";
    }
  };
  const known = KNOWN.find((code) => isProblem(error, code));
  return (
    <fieldset aria-labelledby={label} className="flex flex-col gap-4">
      <div className="flex flex-col gap-1">
        <span id={label} className="font-semibold">
          {t("edit.image")}
        </span>
        <span className="text-sm text-muted">{t("edit.image.hint")}</span>
      </div>
      {url && !urlError && <ImagePreview url={url} />}
      {!isReadOnly && (
        <div className="flex flex-wrap gap-3">
          <Button
            icon={<ImageUp size={18} aria-hidden="true" />}
            isBusy={isBusy}
            onClick={() => input.current?.click()}
          >
            {t(url ? "edit.image.replace" : "edit.image.upload")}
          </Button>
          <input
            ref={input}
            type="file"
            accept="image/jpeg,image/png"
            aria-label={t("edit.image.file")}
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) void upload(file);
            }}
          />
          {url && (
            <Button
              tone="quiet"
              icon={<Trash2 size={18} aria-hidden="true" />}
              onClick={() => {
                onUrl("");
                onAlt("");
              }}
            >
              {t("edit.image.remove")}
            </Button>
          )}
        </div>
      )}
      {error !== null && (
        <p role="alert" className="text-sm font-medium text-danger">
          {known ? t(`edit.image.${known}`) : problemText(error, t)}
        </p>
      )}
      {!isOwnImage(url) && (
        <TextField
          id="image_url"
          label={t("edit.image.url")}
          type="url"
          inputMode="url"
          maxLength={2000}
          isOptional
          disabled={isReadOnly}
          value={url}
          error={urlError}
          onChange={(event) => onUrl(event.target.value)}
        />
      )}
      {(url || alt) && (
        <TextField
          id="image_alt"
          dir="auto"
          label={t("edit.image.alt")}
          hint={t("edit.image.alt.hint")}
          maxLength={300}
          isOptional
          disabled={isReadOnly}
          value={alt}
          error={altError}
          onChange={(event) => onAlt(event.target.value)}
        />
      )}
    </fieldset>
  );
}
