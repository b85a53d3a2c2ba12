/** Returns the element of that id, which the page has. */
export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return element as T;
}

const TOLD = 5000; // ms
let hiding = 0;

/** Says something to people who listen to the page instead of looking at it. */
export function announce(words: string): void {
  byId("status").textContent = words;
}

/** Says something to everyone: it is shown for a moment as well. */
export function tell(words: string): void {
  announce(words);
  const status = byId("status");
  status.classList.add("told");
  clearTimeout(hiding);
  hiding = window.setTimeout(() => status.classList.remove("told"), TOLD);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
