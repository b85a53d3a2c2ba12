// The largest values of windows, and what is found among them (kernels.h).
namespace ppcn::PPCN_ISA {

// A row of a map from column x on, at most `count` columns of it: normalised, if there are moments.
template <bool kNormalised>
inline Vec read(const Windows& w, int channel, int y, int x, int count) {
  const auto from = [&](const View& map, int c) {
    const float* p = map.at(c, y, x);
    return count < kLanes ? load(p, count) : load(p);
  };
  const Vec value = from(w.input, channel);
  __builtin_prefetch(w.input.at(channel + 1, y, x), 0, kNear);
  if constexpr (!kNormalised) return value;
  return (value - from(w.moments.view, 0)) * (from(w.moments.view, 1) * w.moments.scale[channel]) +
         w.moments.shift[channel];
}

// Each lane becomes the largest of its window of `side` lanes.
template <int kVectors>
inline void largest_of_lanes(Vec (&v)[kVectors], int side) {
  for (Vec& each : v) {
    each = larger(each, shuffle<[](int i) { return i ^ 1; }>(each, each));
    if (side > 2) each = larger(each, shuffle<[](int i) { return i ^ 2; }>(each, each));
    if constexpr (kVectors == 1)
      if (side > 4) each = larger(each, shuffle<[](int i) { return i ^ 4; }>(each, each));
  }
  if constexpr (kVectors == 2)
    if (side > 4) v[0] = v[1] = larger(v[0], v[1]);
}

template <bool kNormalised>
void find_largest(const Windows& w) {
  constexpr int kWidest = 8, kVectors = std::max(kWidest / kLanes, 1), kSpan = kVectors * kLanes;
  for (int c = 0; c < w.channels; c++)
    for (int y = w.top, next; y < w.bottom; y = next) {
      next = std::min((y + w.start) / w.side * w.side + w.side - w.start, w.bottom);
      for (int x = w.left; x < w.right; x += kSpan) {
        Vec found[kVectors];
        for (int v = 0; v < kVectors; v++) {
          const int left = x + v * kLanes, count = std::clamp(w.right - left, 0, kLanes);
          found[v] = spread(-__builtin_inff());
          for (int row = y; row < next; row++) found[v] = larger(read<kNormalised>(w, c, row, left, count), found[v]);
          if (count == kLanes) continue;
          for (int i = count; i < kLanes; i++) found[v][i] = -__builtin_inff();
        }
        largest_of_lanes(found, w.side);
        for (int v = 0; v < kVectors; v++) {
          const int left = x + v * kLanes, count = std::clamp(w.right - left, 0, kLanes);
          float* out = w.output.at(c, y, left);
          count < kLanes ? store(out, found[v], count) : store(out, found[v]);
        }
      }
    }
}

void largest(const Windows& w) { w.moments.view.origin ? find_largest<true>(w) : find_largest<false>(w); }

class WindowSums {
 public:
  WindowSums(const Windows& w, std::vector<float>& scratch) : w_(w) {
    step_ = (w.right - w.left + 2 * w.side + kLanes + kLine - 1) / kLine * kLine;
    first_ = (w.top + w.start) / w.side, last_ = (w.bottom - 1 + w.start) / w.side;
    const size_t size = (last_ - first_ + 3) * step_ + kLine;
    if (scratch.size() < size) scratch.resize(size);
    rows_ = aligned(scratch.data());
  }

  // All rows of a channel before the first sum: what was stored just now can't be loaded across two vectors at once.
  void run() {
    for (int c = 0; c < w_.channels; c++) {
      for (int n = first_ - 1; n <= last_ + 1; n++) w_.moments.view.origin ? take<true>(c, n) : take<false>(c, n);
      for (int n = first_; n <= last_; n++) sum(c, n);
    }
  }

 private:
  // Where the largest values of a row of windows lie, from a window left of what is made.
  float* row(int n) const { return rows_ + (n - first_ + 1) * step_; }

  template <bool kNormalised>
  void take(int channel, int n) {
    const int y = std::max(n * w_.side - w_.start, 0), left = w_.left - w_.side, right = w_.right + w_.side;
    float* out = row(n) - left;
    if (n < 0 || y >= w_.picture_rows) {
      std::fill(out + left, out + right, 0.f);
      return;
    }
    const int first = std::max(left, 0), last = std::min(right, w_.picture_columns);
    const int whole = std::min((last + w_.side - 1) / w_.side * w_.side, right);  // a cut window's columns, too
    std::fill(out + left, out + first, 0.f);
    for (int x = first; x < last; x += kLanes) store(out + x, read<kNormalised>(w_, channel, y, x, std::min(last - x, kLanes)));
    std::fill(out + last, out + whole, out[last - 1]);
    std::fill(out + whole, out + right, 0.f);
  }

  void sum(int channel, int n) const {
    const float *weights = w_.weights + 9 * channel, *rows[] = {row(n - 1), row(n), row(n + 1)};
    const int top = std::max(n * w_.side - w_.start, w_.top), bottom = std::min((n + 1) * w_.side - w_.start, w_.bottom);
    const Vec bias = spread(w_.bias[channel]);
    Vec weight[9];
    for (int i = 0; i < 9; i++) weight[i] = spread(weights[i]);
    for (int x = 0; x < w_.right - w_.left; x += kLanes) {
      Vec total = bias;
      for (int i = 0; i < 9; i++) total += load(rows[i / 3] + x + i % 3 * w_.side) * weight[i];
      for (int y = top; y < bottom; y++) store(w_.output.at(channel, y, w_.left) + x, total);
    }
  }

  const Windows& w_;
  int first_, last_;  // rows of windows in what is made
  long step_;
  float* rows_;
};

void windows(const Windows& w, std::vector<float>& scratch) { WindowSums(w, scratch).run(); }

}  // namespace ppcn::PPCN_ISA
