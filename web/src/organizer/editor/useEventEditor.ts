// The state of the editor: what was typed, what the server has, and how the two come together.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { isPassing, isProblem } from "../../shared/api/problem";
import { type EventView, eventQuery } from "../../shared/catalogue/queries";
import { deviceStore, readJson } from "../../shared/lib/storage";
import { asView, type ChangeBody, changeEvent, rememberEvent } from "../event/commands";
import { savingKey } from "../event/saving";
import { editOf, FIELDS, type Field, type Form, formOf, isFieldSame } from "./form";
import { merge, take } from "./merge";

const AFTER_TYPING_MS = 1_000;
const RETRY_MS = 5_000;

export type Saving = "saved" | "typing" | "saving" | "waiting" | "refused" | "conflict";

interface Kept {
  readonly base: EventView;
  readonly form: Form;
}

function isKept(value: unknown): value is Kept {
  return typeof value === "object" && value !== null && "base" in value && "form" in value;
}

const storeKey = (eventId: string) => `fh-edit:${eventId}`;

/** What the server refused of each field, until that field is typed anew. */
export type Refusals = Partial<Record<Field, { readonly pointer: string; readonly text: string }>>;

export function useEventEditor(event: EventView, isAutomatic: boolean) {
  const queries = useQueryClient();
  const id = event.event_id;
  const [{ base, form }, setState] = useState<Kept>(() => restore(event));
  const [conflicts, setConflicts] = useState<readonly Field[]>([]);
  const [theirs, setTheirs] = useState<Form | null>(null);
  const [refusals, setRefusals] = useState<Refusals>({});
  const latest = useRef({ base, form });
  latest.current = { base, form };

  const save = useMutation({
    mutationKey: savingKey(id),
    mutationFn: (edit: ChangeBody) => changeEvent(id, latest.current.base.version, edit),
    onSuccess: (answer) => {
      rememberEvent(queries, answer);
      setState((now) => ({ ...now, base: { ...now.base, ...asView(answer) } }));
    },
    onError: async (error) => {
      if (isProblem(error, "version-stale")) await join();
      else if (isProblem(error, "validation")) setRefusals(readRefusals(error.errors));
    },
  });

  /** Somebody else was faster: takes what they did, asks where both changed the same. */
  const join = async () => {
    const now = await queries.fetchQuery({ ...eventQuery(id), staleTime: 0 });
    const other = formOf(now);
    const merged = merge(formOf(latest.current.base), latest.current.form, other);
    setTheirs(other);
    setConflicts(merged.conflicts);
    setState({ base: now, form: merged.form });
  };

  const withheld = new Set([...conflicts, ...(Object.keys(refusals) as Field[])]);
  const edit = editOf(base, form, withheld);
  const isDirty = FIELDS.some((field) => !isFieldSame(field, form, formOf(base)));
  const canSend = Object.keys(edit).length > 0;
  const send = useCallback(() => {
    const now = latest.current;
    save.mutate(editOf(now.base, now.form, withheld));
  }, [save.mutate, withheld]);

  const isWaiting = save.isError && isPassing(save.error);
  const text = JSON.stringify(edit);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another edit starts the wait anew.
  useEffect(() => {
    if (!isAutomatic || !canSend || save.isPending) return;
    const isRefused =
      save.isError && !isWaiting && !isProblem(save.error, "validation", "version-stale");
    if (isRefused && JSON.stringify(save.variables) === text) return;
    const timer = setTimeout(send, isWaiting ? RETRY_MS : AFTER_TYPING_MS);
    window.addEventListener("online", send);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", send);
    };
  }, [isAutomatic, canSend, text, save.isPending, save.failureReason]);

  // What isn't on the server yet survives a closed tab.
  useEffect(() => {
    if (isDirty) deviceStore.set(storeKey(id), JSON.stringify({ base, form }));
    else deviceStore.remove(storeKey(id));
  }, [id, isDirty, base, form]);

  return {
    form,
    conflicts,
    theirs,
    refusals,
    isDirty,
    canSend,
    error:
      save.isError && !isProblem(save.error, "validation", "version-stale") ? save.error : null,
    saving: savingOf(),
    save: send,
    /** Types into one field. */
    type: <Part extends keyof Form>(part: Part, value: Form[Part], field: Field) => {
      setState((now) => ({ ...now, form: { ...now.form, [part]: value } }));
      setRefusals(({ [field]: _gone, ...rest }) => rest);
    },
    discard: () => {
      setState((now) => ({ ...now, form: formOf(now.base) }));
      setRefusals({});
      setConflicts([]);
    },
    /** Decides a field that both changed. */
    decide: (field: Field, whose: "mine" | "theirs") => {
      if (whose === "theirs" && theirs) {
        setState((now) => ({ ...now, form: take(field, now.form, theirs) }));
      }
      setConflicts((open) => open.filter((one) => one !== field));
    },
  };

  function savingOf(): Saving {
    if (conflicts.length > 0) return "conflict";
    if (save.isPending) return "saving";
    if (isWaiting && canSend) return "waiting";
    if (isDirty && !canSend) return "refused";
    return isDirty ? "typing" : "saved";
  }
}

/** What was typed before the tab was closed, on top of what the server has now. */
function restore(event: EventView): Kept {
  const kept = readJson(deviceStore, storeKey(event.event_id), isKept);
  if (!kept) return { base: event, form: formOf(event) };
  const merged = merge(formOf(kept.base), kept.form, formOf(event));
  return { base: event, form: merged.form };
}

function readRefusals(errors: readonly { pointer: string; detail: string }[]): Refusals {
  const refusals: Refusals = {};
  for (const { pointer, detail } of errors) {
    const name = pointer.split("/")[1];
    const field = FIELDS.find((one) => one === name);
    if (field) refusals[field] ??= { pointer, text: detail };
  }
  return refusals;
}
