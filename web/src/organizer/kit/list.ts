// Lists of routes that answer with a page or with all at once.
export function listOf<T>(answer: readonly T[] | { readonly data: readonly T[] }): readonly T[] {
  return "data" in answer ? answer.data : answer;
}
