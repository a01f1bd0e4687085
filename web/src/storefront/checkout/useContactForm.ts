// The form that asks who buys.
import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import type { Contact } from "../booking/commands";
import { recallContact } from "../booking/contactDraft";
import { useT } from "../i18n/useT";

const LONGEST_NAME = 200;
const LONGEST_EMAIL = 254;
/** What the server accepts is decided there; here only slips are caught. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/;

export function useContactForm() {
  const t = useT();
  const schema = z.object({
    email: z
      .string()
      .check(
        z.trim(),
        z.maxLength(LONGEST_EMAIL, t("contact.email.error")),
        z.regex(EMAIL, t("contact.email.error")),
      ),
    name: z.string().check(z.trim(), z.maxLength(LONGEST_NAME, t("contact.name.error"))),
  });
  return useForm<Contact>({
    resolver: zodResolver(schema),
    defaultValues: recallContact(),
    // Not on blur: a message that appears under the pointer would swallow the press of the button.
    mode: "onSubmit",
    shouldFocusError: false,
  });
}
