/** Returns a sentence if the browser lacks what the page needs. */
export function missing(): string | null {
  const needs = {
    WebAssembly: "WebAssembly" in globalThis,
    "drawing in the background": "OffscreenCanvas" in globalThis,
    "background work": "Worker" in globalThis,
  };
  const lacking = Object.entries(needs).filter(([, there]) => !there);
  if (!lacking.length) return null;
  const names = lacking.map(([name]) => name).join(" and ");
  return `This browser lacks ${names}. Update it, or use Chrome or Edge 111, Firefox 114, Safari 16.4 or a later one.`;
}
