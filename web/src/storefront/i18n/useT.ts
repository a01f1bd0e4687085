// The words of the storefront.
import { translator } from "../../shared/i18n/context";
import type { en } from "./en";

export const useT = translator<typeof en>();
