// Names what is being saved about an event, so that publishing waits for it.
export const savingKey = (eventId: string) => ["desk", "saving", eventId] as const;
