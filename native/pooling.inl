// Max-pool and pooled convolution (kernels.h).
namespace ppcn::PPCN_ISA {

// Loads at most `count` columns of a row of the input from column x on, and normalises them if there are moments.
template <bool kNormalised>
inline Vec read(const Pooling& w, int channel, int y, int x, int count) {
  const auto from = [&](const View& map, int c) {
    const float* p = map.at(c, y, x);
    return count < kLanes ? load(p, count) : load(p);
  };
  const Vec value = from(w.input, channel);
  __builtin_prefetch(w.input.at(channel + 1, y, x), 0, kSecondLevel);
  if constexpr (!kNormalised) return value;
  return (value - from(w.moments.view, 0)) * (from(w.moments.view, 1) * w.moments.scale[channel]) +
         w.moments.shift[channel];
}

// Each lane becomes the maximum of its window of so many lanes.
template <int kVectors>
inline void max_over_lanes(Vec (&v)[kVectors], int window) {
  for (Vec& each : v) {
    each = maximum(each, shuffle<[](int i) { return i ^ 1; }>(each, each));
    if (window > 2) each = maximum(each, shuffle<[](int i) { return i ^ 2; }>(each, each));
    if constexpr (kVectors == 1)
      if (window > 4) each = maximum(each, shuffle<[](int i) { return i ^ 4; }>(each, each));
  }
  if constexpr (kVectors == 2)
    if (window > 4) v[0] = v[1] = maximum(v[0], v[1]);
}

template <bool kNormalised>
void max_pool_rows(const Pooling& w) {
  constexpr int kWidest = 8, kVectors = std::max(kWidest / kLanes, 1), kSpan = kVectors * kLanes;
  for (int c = 0; c < w.channels; c++)
    for (int y = w.top, next; y < w.bottom; y = next) {
      next = std::min((y + w.start) / w.window * w.window + w.window - w.start, w.bottom);
      for (int x = w.left; x < w.right; x += kSpan) {
        Vec found[kVectors];
        for (int v = 0; v < kVectors; v++) {
          const int left = x + v * kLanes, count = std::clamp(w.right - left, 0, kLanes);
          found[v] = broadcast(-__builtin_inff());
          for (int row = y; row < next; row++) found[v] = maximum(read<kNormalised>(w, c, row, left, count), found[v]);
          if (count == kLanes) continue;
          for (int i = count; i < kLanes; i++) found[v][i] = -__builtin_inff();
        }
        max_over_lanes(found, w.window);
        for (int v = 0; v < kVectors; v++) {
          const int left = x + v * kLanes, count = std::clamp(w.right - left, 0, kLanes);
          float* out = w.output.at(c, y, left);
          count < kLanes ? store(out, found[v], count) : store(out, found[v]);
        }
      }
    }
}

void max_pool(const Pooling& w) { w.moments.view.origin ? max_pool_rows<true>(w) : max_pool_rows<false>(w); }

class PooledConvolution {
 public:
  PooledConvolution(const Pooling& w, std::vector<float>& scratch) : w_(w) {
    step_ = (w.right - w.left + 2 * w.window + kLanes + kLine - 1) / kLine * kLine;
    first_ = (w.top + w.start) / w.window, last_ = (w.bottom - 1 + w.start) / w.window;
    const size_t size = (last_ - first_ + 3) * step_ + kLine;
    if (scratch.size() < size) scratch.resize(size);
    rows_ = aligned(scratch.data());
  }

  // All rows of a channel before the first sum: what was just stored can't be loaded at once across two vectors.
  void run() {
    for (int c = 0; c < w_.channels; c++) {
      for (int n = first_ - 1; n <= last_ + 1; n++) w_.moments.view.origin ? take<true>(c, n) : take<false>(c, n);
      for (int n = first_; n <= last_; n++) sum(c, n);
    }
  }

 private:
  // The pooled values of a row of windows, from a window left of the region on.
  float* row(int n) const { return rows_ + (n - first_ + 1) * step_; }

  template <bool kNormalised>
  void take(int channel, int n) {
    const int y = std::max(n * w_.window - w_.start, 0), left = w_.left - w_.window, right = w_.right + w_.window;
    float* out = row(n) - left;
    if (n < 0 || y >= w_.picture_rows) {
      std::fill(out + left, out + right, 0.f);
      return;
    }
    const int first = std::max(left, 0), last = std::min(right, w_.picture_columns);
    const int whole = std::min((last + w_.window - 1) / w_.window * w_.window, right);  // with cut windows' columns
    std::fill(out + left, out + first, 0.f);
    for (int x = first; x < last; x += kLanes)
      store(out + x, read<kNormalised>(w_, channel, y, x, std::min(last - x, kLanes)));
    std::fill(out + last, out + whole, out[last - 1]);
    std::fill(out + whole, out + right, 0.f);
  }

  void sum(int channel, int n) const {
    const float *weights = w_.weights + 9 * channel, *rows[] = {row(n - 1), row(n), row(n + 1)};
    const int top = std::max(n * w_.window - w_.start, w_.top);
    const int bottom = std::min((n + 1) * w_.window - w_.start, w_.bottom);
    const Vec bias = broadcast(w_.bias[channel]);
    Vec weight[9];
    for (int i = 0; i < 9; i++) weight[i] = broadcast(weights[i]);
    for (int x = 0; x < w_.right - w_.left; x += kLanes) {
      Vec total = bias;
      for (int i = 0; i < 9; i++) total += load(rows[i / 3] + x + i % 3 * w_.window) * weight[i];
      for (int y = top; y < bottom; y++) store(w_.output.at(channel, y, w_.left) + x, total);
    }
  }

  const Pooling& w_;
  int first_, last_;  // rows of windows in the region
  long step_;
  float* rows_;
};

void pooled_convolution(const Pooling& w, std::vector<float>& scratch) { PooledConvolution(w, scratch).run(); }

}  // namespace ppcn::PPCN_ISA
