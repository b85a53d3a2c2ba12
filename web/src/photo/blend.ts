import type { Raster } from "./raster";

/** Returns a raster on the way from one to another of the same size; strength 1 gives the other's pixels. */
export function blend(before: Raster, after: Raster, strength: number): Raster {
  if (strength === 1) return after;
  return {
    width: after.width,
    height: after.height,
    async rows(top, bottom) {
      const [from, to] = await Promise.all([before.rows(top, bottom), after.rows(top, bottom)]);
      return from.map((value, i) => value + strength * (to[i] - value));
    },
  };
}
