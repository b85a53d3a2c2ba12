#include "arena.h"

namespace ppcn {

constexpr int kWidestVector = 16;

Arena::Map Arena::take(int channels, Rect held) {
  // Rows an odd number of lines apart spread over all sets of the cache; even ones would crowd into a few.
  const long row = ((held.width() + kWidestVector + kLine - 1) / kLine | 1) * kLine;
  const long channel = row * held.height();
  const size_t size = channels * channel + 4 * kLine;  // for aligning, and for reading on past the last row

  int best = -1;  // the smallest that is large enough, or else the largest
  for (size_t i = 0; i < pieces_.size(); i++) {
    if (pieces_[i].taken) continue;
    const size_t has = pieces_[i].floats.size(), best_has = best < 0 ? 0 : pieces_[best].floats.size();
    if (best < 0 || (best_has < size ? has > best_has : has >= size && has < best_has)) best = i;
  }
  if (best < 0) {
    best = pieces_.size();
    pieces_.emplace_back();
  }
  Piece& piece = pieces_[best];
  if (piece.floats.size() < size) piece.floats.resize(size);
  piece.taken = true;
  float* start = aligned(piece.floats.data() + kLine);  // a kernel may start reading left of the first row
  return {{start - held.top * row - held.left, channel, row}, best};
}

}  // namespace ppcn
