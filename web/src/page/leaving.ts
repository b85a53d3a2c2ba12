/**
 * The ways out: while the editor is open, the browser's back key closes it instead of the page, and whoever would lose
 * results by going back, closing or reloading is asked.
 */
const EDITOR = "editor"; // the entry of the browser's history that stands for the open editor

interface Way {
  /** Tells whether leaving would lose results. */
  loses(): boolean;
  /** Closes the editor, unless the visitor wants to stay. */
  close(): void;
}

export class Leaving {
  private open = false;
  private going = false; // back, by itself

  constructor(way: Way) {
    window.addEventListener("beforeunload", (event) => way.loses() && event.preventDefault());
    window.addEventListener("popstate", () => {
      const byItself = this.going;
      this.going = false;
      if (!this.open || history.state === EDITOR) return;
      if (byItself || way.loses()) history.pushState(EDITOR, ""); // the editor is open again, or until there is an answer
      if (!byItself) way.close();
    });
  }

  opened(): void {
    this.open = true;
    if (history.state !== EDITOR) history.pushState(EDITOR, "");
  }

  closed(): void {
    this.open = false;
    if (history.state !== EDITOR) return;
    this.going = true;
    history.back();
  }
}
