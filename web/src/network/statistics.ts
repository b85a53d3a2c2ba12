import type { Planes } from "./planes";

export type Statistic = "mean" | "moments" | null;

/**
 * Statistics of a whole photo per channel, gathered from its strips in float64.
 *
 * The plain sums of a 200-megapixel photo keep ten digits: no compensation is needed (ppcn/runtime/statistics.py).
 */
export class Accumulator {
  private count = 0;
  private readonly sum: Float64Array;
  private readonly squares: Float64Array;

  constructor(channels: number) {
    this.sum = new Float64Array(channels);
    this.squares = new Float64Array(channels);
  }

  add({ channels, rows, width, data }: Planes): void {
    const size = rows * width;
    this.count += size;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      let squares = 0;
      for (let i = c * size; i < (c + 1) * size; i++) {
        const value = data[i];
        sum += value;
        squares += value * value;
      }
      this.sum[c] += sum;
      this.squares[c] += squares;
    }
  }

  mean(): Float64Array {
    return this.sum.map((sum) => sum / this.count);
  }

  /** Returns the biased variance, never below 0. */
  variance(): Float64Array {
    const mean = this.mean();
    return this.squares.map((squares, c) => Math.max(squares / this.count - mean[c] ** 2, 0));
  }

  /** Returns a statistic in the form that the next stage takes it. */
  known(statistic: Statistic): Float32Array[] {
    const values = { mean: () => [this.mean()], moments: () => [this.mean(), this.variance()] };
    return statistic ? values[statistic]().map((value) => Float32Array.from(value)) : [];
  }
}
