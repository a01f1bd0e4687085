// A page that is one form: its first field has the focus. The title of the document says where one is.
import { useEffect } from "react";

export function useFirstField(id: string): void {
  useEffect(() => document.getElementById(id)?.focus(), [id]);
}
