/** A button that does something as long as it is held, by a pointer or the space bar. */

/** Tells `act` when a button is pressed and let go; the space bar does the same on another element. */
export function whileHeld(button: HTMLElement, other: HTMLElement, act: (held: boolean) => void): void {
  const hold = (held: boolean) => () => {
    act(held);
    button.setAttribute("aria-pressed", String(held));
  };
  button.addEventListener("pointerdown", hold(true));
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(end, hold(false));
  for (const place of [button, other]) {
    place.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.target !== place) return;
      event.preventDefault();
      hold(true)();
    });
    for (const end of ["keyup", "blur"]) place.addEventListener(end, hold(false));
  }
}
