#include "pixels.h"

#include <algorithm>
#include <cmath>

namespace ppcn {
namespace {

int mirrored(int place, int size) {
  const int period = 2 * size, back = (place % period + period) % period;
  return std::min(back, period - 1 - back);
}

uint8_t to_byte(float value) { return std::nearbyint(std::min(std::max(value, 0.f), 1.f) * 255); }

}  // namespace

Rows mirrored(Rows rows, int size, int border) {
  Rows found{size, 0};
  for (int y = rows.top; y < rows.bottom; y++) {
    const int place = mirrored(y - border, size);
    found = {std::min(found.top, place), std::max(found.bottom, place + 1)};
  }
  return found;
}

void to_planes(Pixels picture, int size, int border, Rows rows, View planes) {
  const int columns = picture.columns;
  for (int y = rows.top; y < rows.bottom; y++) {
    const uint8_t* from = picture.at(mirrored(y - border, size), 0);
    for (int c = 0; c < 3; c++) {
      float* to = planes.at(c, y - rows.top, border);
      for (int x = 0; x < columns; x++) to[x] = from[4 * x + c] / 255.f;
      for (int x = -border; x < 0; x++) to[x] = to[mirrored(x, columns)];
      for (int x = columns; x < columns + border; x++) to[x] = to[mirrored(x, columns)];
    }
  }
}

void to_pixels(View planes, int border, Rows rows, const float* grey, Pixels picture) {
  for (int y = rows.top; y < rows.bottom; y++) {
    uint8_t* to = picture.at(y, 0);
    const float* from[3];
    for (int c = 0; c < 3; c++) from[c] = planes.at(c, y - rows.top, border);
    for (int x = 0; x < picture.columns; x++)
      if (grey) {
        const float sum = grey[0] * from[0][x] + grey[1] * from[1][x] + grey[2] * from[2][x];
        for (int c = 0; c < 3; c++) to[4 * x + c] = to_byte(sum);
      } else {
        for (int c = 0; c < 3; c++) to[4 * x + c] = to_byte(from[c][x]);
      }
  }
}

}  // namespace ppcn
