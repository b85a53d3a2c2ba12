/** The line between before and after: moved by the keyboard, and to wherever a pointer is. */
const STEP = 2; // percent
const LEAP = 10;
const KEYS: Record<string, (now: number) => number> = {
  ArrowLeft: (now) => now - STEP,
  ArrowRight: (now) => now + STEP,
  ArrowDown: (now) => now - STEP,
  ArrowUp: (now) => now + STEP,
  PageDown: (now) => now - LEAP,
  PageUp: (now) => now + LEAP,
  Home: () => 0,
  End: () => 100,
};

export class Split {
  private readonly handle: HTMLElement;
  private now = 50;

  /** `stage` has a child with the role of a slider. */
  constructor(private readonly stage: HTMLElement) {
    const handle = stage.querySelector<HTMLElement>("[role=slider]");
    if (!handle) throw new Error("The stage has no slider.");
    this.handle = handle;
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", "100");
    this.set(this.now);
    handle.addEventListener("keydown", (event) => {
      const next = KEYS[event.key];
      if (!next) return;
      this.set(next(this.now));
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /** Tells whether a pointer is on the line. */
  holds({ target }: PointerEvent): boolean {
    return this.handle.contains(target as Node);
  }

  /** Puts the line at a place in percent from the left: what is right of it is the result. */
  set(place: number): void {
    this.now = Math.min(Math.max(place, 0), 100);
    this.stage.classList.remove("sliding");
    this.show();
  }

  /** Puts the line under a pointer. */
  moveTo(clientX: number): void {
    const { left, width } = this.stage.getBoundingClientRect();
    this.set(((clientX - left) / width) * 100);
  }

  /** Draws the line from the right edge to the middle, uncovering the result. */
  uncover(): void {
    this.set(100);
    this.stage.getBoundingClientRect(); // the line has to be at the edge before it slides
    this.stage.classList.add("sliding");
    this.now = 50;
    this.show();
  }

  private show(): void {
    this.stage.style.setProperty("--split", `${this.now}%`);
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.now)));
    this.handle.setAttribute("aria-valuetext", `${Math.round(100 - this.now)} percent after`);
  }
}
