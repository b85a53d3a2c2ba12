/** Reduces a picture to half its width and height by Lanczos' filter: networks enlarge four times, some want twice. */
import { join } from "../bytes";

const TAPS = 12; // three lobes, twice as wide
const WEIGHTS = weights();

/** Reduces a picture while its rows come, RGBA from the top down; every pixel of the result is opaque. */
export class Halving {
  private readonly rows: Float32Array[] = []; // halved across: the latest, as many as a row of the result is made of

  /** `width` is the picture's, an even number, as is its height. */
  constructor(private readonly width: number) {}

  /** Takes the next rows; returns those of the result that can be made now. */
  push(pixels: Uint8ClampedArray): Uint8ClampedArray<ArrayBuffer> {
    const row = 4 * this.width;
    const made: Uint8ClampedArray[] = [];
    for (let start = 0; start < pixels.length; start += row) {
      this.take(this.across(pixels.subarray(start, start + row)), made);
    }
    return joined(made);
  }

  /** Returns the last rows of the result. */
  finish(): Uint8ClampedArray<ArrayBuffer> {
    const made: Uint8ClampedArray[] = [];
    const last = this.rows.at(-1);
    for (let i = 0; last && i < TAPS / 2 - 1; i++) this.take(last, made);
    return joined(made);
  }

  private take(row: Float32Array, made: Uint8ClampedArray[]): void {
    const copies = this.rows.length ? 1 : TAPS / 2; // the first row stands for those above it, too
    for (let i = 0; i < copies; i++) this.rows.push(row);
    while (this.rows.length >= TAPS) {
      made.push(this.down());
      this.rows.splice(0, 2);
    }
  }

  private across(row: Uint8ClampedArray): Float32Array {
    const { width } = this;
    const halved = new Float32Array((3 * width) / 2);
    for (let x = 0; x < width / 2; x++) {
      for (let tap = 0; tap < TAPS; tap++) {
        const from = 4 * Math.min(Math.max(2 * x + tap - TAPS / 2 + 1, 0), width - 1);
        for (let c = 0; c < 3; c++) halved[3 * x + c] += WEIGHTS[tap] * row[from + c];
      }
    }
    return halved;
  }

  private down(): Uint8ClampedArray {
    const made = new Uint8ClampedArray(2 * this.width);
    for (let x = 0; x < this.width / 2; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let tap = 0; tap < TAPS; tap++) sum += WEIGHTS[tap] * this.rows[tap][3 * x + c];
        made[4 * x + c] = sum;
      }
      made[4 * x + 3] = 255;
    }
    return made;
  }
}

function joined(rows: readonly Uint8ClampedArray[]): Uint8ClampedArray<ArrayBuffer> {
  return new Uint8ClampedArray(join(...rows).buffer);
}

function weights(): number[] {
  const sinc = (x: number) => Math.sin(Math.PI * x) / (Math.PI * x);
  const values = Array.from({ length: TAPS }, (_, tap) => (tap - TAPS / 2 + 0.5) / 2);
  const filter = values.map((x) => sinc(x) * sinc(x / 3));
  const sum = filter.reduce((a, b) => a + b);
  return filter.map((weight) => weight / sum);
}
