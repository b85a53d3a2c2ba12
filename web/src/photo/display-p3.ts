/** Display P3 to sRGB: the same curve and white, other primaries. Not every browser has canvases of Display P3. */

/** From linear P3 to linear sRGB (primaries of SMPTE RP 431-2 with D65, and of ITU-R BT.709). */
const MATRIX = [
  [1.2249401, -0.2249402, 0],
  [-0.0420569, 1.0420571, 0],
  [-0.0196376, -0.0786361, 1.0982735],
];
const STEPS = 2 ** 14; // of light: fine enough for the darkest values
const LIGHT = Float32Array.from({ length: 256 }, (_, value) => toLight(value / 255));
const VALUES = Uint8ClampedArray.from({ length: STEPS + 1 }, (_, step) => 255 * fromLight(step / STEPS));

/** Converts RGBA pixels in place; colours that sRGB lacks become its nearest, channel by channel. */
export function displayP3ToSrgb(pixels: Uint8ClampedArray): void {
  for (let p = 0; p < pixels.length; p += 4) {
    const [red, green, blue] = [LIGHT[pixels[p]], LIGHT[pixels[p + 1]], LIGHT[pixels[p + 2]]];
    for (let c = 0; c < 3; c++) {
      const light = MATRIX[c][0] * red + MATRIX[c][1] * green + MATRIX[c][2] * blue;
      pixels[p + c] = VALUES[Math.round(Math.min(Math.max(light, 0), 1) * STEPS)];
    }
  }
}

function toLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLight(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
