/** Looking into files and putting them together. */

/** Returns the bytes [start, end) as text, a character a byte. */
export function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

export function startsWith(bytes: Uint8Array, start: string): boolean {
  return text(bytes, 0, start.length) === start;
}

/** Returns where some text first stands from `start` on; -1 if nowhere. */
export function find(bytes: Uint8Array, wanted: string, start = 0): number {
  let place = bytes.indexOf(wanted.charCodeAt(0), start);
  while (place >= 0 && text(bytes, place, place + wanted.length) !== wanted) {
    place = bytes.indexOf(wanted.charCodeAt(0), place + 1);
  }
  return place;
}

export function fromText(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

/** Returns a number as `size` bytes, the lowest first if `little`. */
export function number(value: number, size: number, little = false): Uint8Array {
  const bytes = Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i));
  return little ? bytes : bytes.reverse();
}

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function join(...parts: (Uint8Array | Uint8ClampedArray)[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
