// Which steps run together on a tile of the picture, and which part of each value a tile needs.
#pragma once

#include <vector>

#include "program.h"

namespace ppcn {

struct Rect {
  int top = 0, bottom = 0, left = 0, right = 0;

  bool empty() const { return top >= bottom || left >= right; }
  int height() const { return bottom - top; }
  int width() const { return right - left; }
  bool operator==(const Rect&) const = default;
};

Rect join(Rect a, Rect b);       // the smallest that holds both
Rect intersect(Rect a, Rect b);
Rect grow(Rect r, int scale);    // to the pixels of a value of that scale

// Steps [first, last) run one after the other on a tile, so that what they pass on stays in the cache; `passed` are the
// values that later segments read from memory.
struct Segment {
  int first, last;
  std::vector<int> passed;
};

// The parts of all values that a tile needs: `made` is computed (inside the picture, but for rows and columns that fill a
// group), `held` lies in the tile's memory, with the zero padding around the picture. Of values that the segment does not
// make, `held` is what it reads.
struct Regions {
  std::vector<Rect> made, held;
};

// `tile` and `picture` are in pixels of the inputs, whose row 0 is row `origin` of the photo, where groups of rows start.
// Outputs and passed values are made for the whole tile.
Regions regions(const Program& program, const Segment& segment, Rect tile, Rect picture, int origin);

// What a step reads to make a rectangle of its value. `origin` is the photo's row that row 0 is.
Rect read_by(const Step& step, Rect made, int origin);

// How many rows of the inputs beyond its own a row of an output can depend on.
int halo(const Program& program);

// Splits a program where the borders of tiles, which neighbours compute twice, would cost too much arithmetic.
std::vector<Segment> segments(const Program& program);

// The tiles of an area, row by row: always the same ones, and so are the statistics that are gathered in them.
std::vector<Rect> tiles(const Program& program, Rect area);

}  // namespace ppcn
