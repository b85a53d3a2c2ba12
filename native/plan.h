// Cuts a program into segments of fused steps and a picture into tiles; says which region of each value a tile needs.
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

int ceil_to(int x, int multiple);  // the next multiple from x on
Rect bounding_box(Rect a, Rect b);
Rect intersect(Rect a, Rect b);
Rect scaled(Rect r, int scale);  // from pixels of the inputs to those of a value of that scale

// Steps [first, last) are fused: they run one after the other on a tile, whose values stay in the cache. `live_out` are
// the values that later segments read from memory.
struct Segment {
  int first, last;
  std::vector<int> live_out;
};

// The regions of all values that a tile needs: `computed` lies inside the picture, but for rows and columns up to the
// next multiple of a step; `stored` has the zero padding around the picture, too. Of values that the segment does not
// compute, `stored` is what it reads.
struct Regions {
  std::vector<Rect> computed, stored;
};

// `tile` and `picture` are in pixels of the inputs, whose row 0 is row `origin` of the photo, where multiples
// start. Outputs and live-out values are computed for the whole tile.
Regions regions(const Program& program, const Segment& segment, Rect tile, Rect picture, int origin);

// The receptive field, in a step's sources, of a region of its value. Row 0 is row `origin` of the photo.
Rect receptive_field(const Step& step, Rect computed, int origin);

// The rows of the inputs above and below a row of an output that it can depend on.
int halo(const Program& program);

// Cuts a program where computing the halos of fused steps again would take longer than passing maps through memory.
std::vector<Segment> segments(const Program& program);

// The tiles of an area, row by row: always the same ones, and so the same sums, which are added up tile by tile.
std::vector<Rect> tiles(const Program& program, Rect area);

}  // namespace ppcn
