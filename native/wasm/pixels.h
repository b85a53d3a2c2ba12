// Between the bytes of a picture and the planes that networks take.
#pragma once

#include <cstdint>

#include "../sweeps.h"

namespace ppcn {

// Rows of RGBA bytes.
struct Pixels {
  uint8_t* bytes;
  int columns;
  int top;  // the picture's row that these begin with

  uint8_t* at(int y, int x) const { return bytes + (long(y - top) * columns + x) * 4; }
};

// The rows of a picture of `size` rows that occur in those rows of it with a mirrored border (1 0 | 0 1 ...).
Rows mirrored(Rows rows, int size, int border);

// Fills three planes, columns + 2 border wide, with those rows of the picture in its border, as values in [0, 1].
void to_planes(Pixels picture, int size, int border, Rows rows, View planes);

// Writes the inner part of three planes over the colours of those rows, rounded; alpha stays. `planes` has row
// `rows.top` of the picture without its border as row 0. With `grey`, how much each channel gives, all get their sum.
void to_pixels(View planes, int border, Rows rows, const float* grey, Pixels picture);

}  // namespace ppcn
