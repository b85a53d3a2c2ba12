import { expect, it } from "vitest";
import { fitView, moveView, overflows, visible, zoomView } from "../../src/page/zoom";

const STAGE = { width: 400, height: 600 };
const PHOTO = { width: 4000, height: 3000 };

it("shows the whole photo in the middle", () => {
  const view = fitView(STAGE, PHOTO);
  expect(view).toEqual({ scale: 0.1, x: 0, y: 150 });
  expect(overflows(view, STAGE, PHOTO)).toBe(false);
  expect(visible(view, STAGE, PHOTO)).toEqual({ left: 0, top: 150, width: 400, height: 300 });
});

it("keeps the point under the pointer where it is", () => {
  const at = { x: 100, y: 300 };
  const before = zoomView(fitView(STAGE, PHOTO), 5, at, STAGE, PHOTO);
  const after = zoomView(before, 2, at, STAGE, PHOTO);
  const under = ({ scale, x, y }: typeof after) => [(at.x - x) / scale, (at.y - y) / scale];
  expect(under(after)[0]).toBeCloseTo(under(before)[0], 6);
  expect(under(after)[1]).toBeCloseTo(under(before)[1], 6);
  expect(overflows(after, STAGE, PHOTO)).toBe(true);
});

it("leaves no gap at the edges, and zooms out no further than the whole", () => {
  const near = zoomView(fitView(STAGE, PHOTO), 10, { x: 0, y: 0 }, STAGE, PHOTO);
  expect(moveView(near, { x: 1e6, y: 1e6 }, STAGE, PHOTO)).toMatchObject({ x: 0, y: 0 });
  expect(moveView(near, { x: -1e6, y: -1e6 }, STAGE, PHOTO)).toMatchObject({ x: 400 - 4000, y: 600 - 3000 });
  expect(zoomView(near, 1e-6, { x: 9, y: 9 }, STAGE, PHOTO)).toEqual(fitView(STAGE, PHOTO));
});
