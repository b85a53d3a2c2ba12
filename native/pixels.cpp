#include "pixels.h"

#include <algorithm>

#include "pool.h"

namespace ppcn {
namespace {

constexpr int kRowsAtOnce = 16;

void by_rows(int rows, int threads, const std::function<void(int)>& work) {
  parallel((rows + kRowsAtOnce - 1) / kRowsAtOnce, threads, [&](int part) {
    for (int y = part * kRowsAtOnce; y < std::min((part + 1) * kRowsAtOnce, rows); y++) work(y);
  });
}

float clip(float x) {
  x = x < 0 ? 0 : x;
  return x > 1 ? 1 : x;
}

}  // namespace

void to_planes(const float* pixels, long pixel_row_step, float* planes, long plane_step, int rows, int columns,
               int threads) {
  by_rows(rows, threads, [&](int y) {
    const float* from = pixels + y * pixel_row_step;
    float *r = planes + long(y) * columns, *g = r + plane_step, *b = g + plane_step;
    for (int x = 0; x < columns; x++, from += 3) r[x] = from[0], g[x] = from[1], b[x] = from[2];
  });
}

void to_pixels(const float* planes, long plane_step, long plane_row_step, float* pixels, int rows, int columns,
               int threads) {
  by_rows(rows, threads, [&](int y) {
    const float *r = planes + y * plane_row_step, *g = r + plane_step, *b = g + plane_step;
    float* to = pixels + long(y) * columns * 3;
    for (int x = 0; x < columns; x++, to += 3) to[0] = clip(r[x]), to[1] = clip(g[x]), to[2] = clip(b[x]);
  });
}

}  // namespace ppcn
