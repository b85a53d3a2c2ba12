/** The photo before and after, one over the other, with zoom and pan. */
import type { Point } from "../photo/detail";
import { byId, percent } from "./dom";
import { whileHeld } from "./held";
import { Split } from "./split";
import { type Box, fitView, moveView, overflows, type View, visible, zoomView } from "./zoom";

const ZOOM_STEP = 1.25;
const PAN_STEP = 60; // pixels
const SHARP = 3; // from this scale on, pixels are shown as squares

export class Viewer {
  private readonly stage = byId("stage");
  private readonly canvases = { before: byId<HTMLCanvasElement>("before"), after: byId<HTMLCanvasElement>("after") };
  private readonly level = byId("zoom-level");
  private readonly frame = byId("frame"); // what is seen of the picture
  private readonly split = new Split(this.frame);
  private readonly pointers = new Map<number, Point>();
  private movesLine = false; // what a single pointer does
  private picture: Box = { width: 1, height: 1 };
  private view: View = { scale: 1, x: 0, y: 0 };
  private fitted = true;

  constructor() {
    new ResizeObserver(() =>
      this.show(this.fitted ? this.whole() : moveView(this.view, { x: 0, y: 0 }, ...this.boxes())),
    ).observe(this.stage);
    this.stage.addEventListener("pointerdown", (event) => this.press(event));
    this.stage.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.stage.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    }
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.stage.addEventListener("dblclick", (event) => this.toggle(this.inside(event)));
    this.stage.addEventListener("keydown", (event) => this.key(event));
    byId("zoom-in").addEventListener("click", () => this.zoomBy(ZOOM_STEP));
    byId("zoom-out").addEventListener("click", () => this.zoomBy(1 / ZOOM_STEP));
    this.level.addEventListener("click", () => this.toggle(this.middle()));
    whileHeld(byId("original"), this.stage, (held) => this.stage.classList.toggle("original", held));
  }

  /** Shows a photo of `size` without a result. */
  showBefore(before: ImageBitmap, size: Box): void {
    draw(this.canvases.before, before);
    this.frame.hidden = false;
    this.stage.classList.remove("compared");
    this.split.set(100);
    this.resize(size);
    this.fitted = true;
    this.show(this.whole());
  }

  /**
   * Adds the result, of another size perhaps; `uncover` slides it in. Where one of the same size is there already, all
   * else stays as it is.
   */
  showAfter(after: ImageBitmap, size: Box, uncover: boolean): void {
    draw(this.canvases.after, after);
    if (this.stage.classList.contains("compared") && size.width === this.picture.width) return;
    this.stage.classList.add("compared");
    this.resize(size);
    this.show(this.whole());
    if (uncover) this.split.uncover();
    else this.split.set(50);
  }

  /** Shows every pixel around a place, which is given in shares of width and height. */
  showEveryPixel({ x, y }: Point): void {
    const { width, height } = this.picture;
    const scale = 1 / devicePixelRatio;
    const { x: left, y: top } = this.middle();
    if (scale <= this.view.scale) return;
    this.show(
      moveView({ scale, x: left - x * width * scale, y: top - y * height * scale }, { x: 0, y: 0 }, ...this.boxes()),
    );
  }

  clear(): void {
    this.frame.hidden = true;
    this.hideAfter();
  }

  hideAfter(): void {
    this.stage.classList.remove("compared");
    this.split.set(100);
  }

  /** Shows so much of what the networks change, from 0 to 1. */
  setStrength(strength: number): void {
    this.canvases.after.style.opacity = String(strength);
  }

  private resize(size: Box): void {
    this.picture = size;
    for (const canvas of Object.values(this.canvases)) {
      canvas.style.width = `${size.width}px`;
      canvas.style.height = `${size.height}px`;
    }
  }

  private boxes(): [Box, Box] {
    return [{ width: this.stage.clientWidth, height: this.stage.clientHeight }, this.picture];
  }

  private whole(): View {
    return fitView(...this.boxes());
  }

  private middle(): Point {
    return { x: this.stage.clientWidth / 2, y: this.stage.clientHeight / 2 };
  }

  private inside({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.stage.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  private show(view: View): void {
    this.view = view;
    this.fitted = Math.abs(view.scale - this.whole().scale) < 1e-6;
    const { left, top, width, height } = visible(view, ...this.boxes());
    Object.assign(this.frame.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    const transform = `translate(${view.x - left}px, ${view.y - top}px) scale(${view.scale})`;
    for (const canvas of Object.values(this.canvases)) canvas.style.transform = transform;
    this.stage.classList.toggle("movable", overflows(view, ...this.boxes()));
    this.stage.classList.toggle("close", view.scale >= SHARP);
    const shown = percent(view.scale * devicePixelRatio);
    this.level.textContent = shown;
    this.level.setAttribute("aria-label", `${shown}: ${this.fitted ? "show every pixel" : "show the whole photo"}`);
  }

  private zoomBy(factor: number, at = this.middle()): void {
    this.show(zoomView(this.view, factor, at, ...this.boxes()));
  }

  private toggle(at: Point): void {
    if (this.fitted) this.zoomBy(1 / devicePixelRatio / this.view.scale, at);
    else this.show(this.whole());
  }

  private press(event: PointerEvent): void {
    this.stage.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.inside(event));
    const movable = this.stage.classList.contains("movable");
    this.movesLine = this.pointers.size === 1 && (!movable || this.split.holds(event)); // two fingers, then one: no
  }

  private drag(event: PointerEvent): void {
    const from = this.pointers.get(event.pointerId);
    if (!from) return;
    const to = this.inside(event);
    const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    this.pointers.set(event.pointerId, to);
    if (other) this.pinch(from, to, other);
    else if (this.movesLine) this.split.moveTo(event.clientX);
    else this.show(moveView(this.view, { x: to.x - from.x, y: to.y - from.y }, ...this.boxes()));
  }

  /** Zooms by how far two fingers went apart, and moves with their middle. */
  private pinch(from: Point, to: Point, other: Point): void {
    const distance = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    const moved = moveView(this.view, { x: (to.x - from.x) / 2, y: (to.y - from.y) / 2 }, ...this.boxes());
    const middle = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 };
    this.show(zoomView(moved, distance(to) / distance(from), middle, ...this.boxes()));
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const notches = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 100 : event.deltaY / 3;
    this.zoomBy(ZOOM_STEP ** -Math.max(Math.min(notches, 3), -3), this.inside(event));
  }

  private key(event: KeyboardEvent): void {
    const pan = (x: number, y: number) => () => this.show(moveView(this.view, { x, y }, ...this.boxes()));
    const pans: Record<string, () => void> = {
      ArrowLeft: pan(PAN_STEP, 0),
      ArrowRight: pan(-PAN_STEP, 0),
      ArrowUp: pan(0, PAN_STEP),
      ArrowDown: pan(0, -PAN_STEP),
    };
    const actions: Record<string, () => void> = {
      "+": () => this.zoomBy(ZOOM_STEP),
      "=": () => this.zoomBy(ZOOM_STEP),
      "-": () => this.zoomBy(1 / ZOOM_STEP),
      "0": () => this.show(this.whole()),
      "1": () => this.zoomBy(1 / devicePixelRatio / this.view.scale),
    };
    const movable = this.stage.classList.contains("movable"); // else arrows go from photo to photo
    const action = actions[event.key] ?? (movable ? pans[event.key] : undefined);
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  }
}

/** Hands a bitmap to a canvas, without a copy. */
function draw(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(bitmap);
}
