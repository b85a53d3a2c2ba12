/** Returns the element of that id, which the page has. */
export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return element as T;
}

/** Says something to people who listen to the page instead of looking at it. */
export function announce(words: string): void {
  byId("status").textContent = words;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
