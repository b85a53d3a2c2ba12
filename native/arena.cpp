#include "arena.h"

#include <limits>
#include <new>

namespace ppcn {

constexpr int kWidestVector = 16;

Arena::Map Arena::take(int channels, Rect area) {
  // Rows an odd number of lines apart spread over all sets of the cache; even ones would crowd into a few.
  const long row = ((area.width() + kWidestVector + kLine - 1) / kLine | 1) * kLine;
  const long channel = row * area.height();
  const size_t size = channels * channel + 4 * kLine;  // for aligning, and for reading on past the last row
  if (size > std::numeric_limits<int>::max()) throw std::bad_alloc();  // a convolution's offsets are ints

  int best = -1;  // the smallest that is large enough, or else the largest
  for (size_t i = 0; i < buffers_.size(); i++) {
    if (buffers_[i].taken) continue;
    const size_t has = buffers_[i].size, best_has = best < 0 ? 0 : buffers_[best].size;
    if (best < 0 || (best_has < size ? has > best_has : has >= size && has < best_has)) best = i;
  }
  if (best < 0) {
    best = buffers_.size();
    buffers_.emplace_back();
  }
  Buffer& buffer = buffers_[best];
  if (buffer.size < size) {
    buffer = {};  // before the larger one is allocated
    buffer.floats.reset(new float[size]);
    buffer.size = size;
  }
  buffer.taken = true;
  float* start = aligned(buffer.floats.get() + kLine);  // a kernel may start reading left of the first row
  return {{start - area.top * row - area.left, channel, row}, best};
}

void Arena::give_back_all() {
  for (Buffer& buffer : buffers_) buffer.taken = false;
}

}  // namespace ppcn
