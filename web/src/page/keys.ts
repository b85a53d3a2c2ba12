import { byId } from "./dom";

/** What keys do. */
interface Actions {
  save(): void;
  cancel(): void;
  /** Goes so many photos on, or back. */
  step(by: number): void;
}

/** Listens to keys that work wherever the focus is in the editor, as long as no dialog asks something. */
export function listenToKeys({ save, cancel, step }: Actions): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || byId("editor").hidden || document.querySelector("dialog[open]")) return;
    const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
    if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === "s") act(event, save);
    if (ctrlKey || metaKey || altKey) return;
    if (key === "Escape") act(event, cancel);
    if (target instanceof HTMLInputElement) return; // whose arrows are its own
    if (key === "ArrowLeft" || key === "PageUp") act(event, () => step(-1));
    if (key === "ArrowRight" || key === "PageDown") act(event, () => step(1));
  });
}

function act(event: KeyboardEvent, action: () => void): void {
  event.preventDefault();
  action();
}
