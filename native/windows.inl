// What is found in windows (kernels.h): a coarse map of them, with one more on each side, three by three of it, and back.
namespace ppcn::PPCN_ISA {

class WindowRows {
 public:
  WindowRows(const Windows& w, std::vector<float>& scratch) : w_(w) {
    const auto floor = [&](int x) { return (x < 0 ? x - w.side + 1 : x) / w.side; };
    top_ = floor(w.top + w.start) - 1, bottom_ = floor(w.bottom + w.start - 1) + 2;
    left_ = floor(w.left) - 1, right_ = floor(w.right - 1) + 2;
    within_left_ = std::max(left_, 0), within_right_ = std::min(right_, floor(w.picture_columns - 1) + 1);
    step_ = (right_ - left_ + 3 * kLanes) / kLanes * kLanes;
    const long fine = step_ * w.side + 2 * kLanes;
    const size_t size = (bottom_ - top_) * step_ + 2 * fine + kLine;
    if (scratch.size() < size) scratch.resize(size);
    coarse_ = aligned(scratch.data());
    row_ = coarse_ + (bottom_ - top_) * step_;
    other_ = row_ + fine;
  }

  void run() {
    for (int c = 0; c < w_.channels; c++) {
      for (int y = top_; y < bottom_; y++) find_largest(c, y);
      for (int y = top_ + 1; y < bottom_ - 1; y++) {
        if (w_.side == 1) {
          if (const int row = y - w_.start; row >= w_.top && row < w_.bottom) sum(c, y, w_.output.at(c, row, w_.left));
        } else {
          sum(c, y, row_);
          enlarge(c, y);
        }
      }
    }
  }

 private:
  // The rows of the picture, from the first to behind the last, that windows have.
  int first_row(int y) const { return std::max(y * w_.side - w_.start, 0); }
  int last_row(int y) const { return std::min((y + 1) * w_.side - w_.start, w_.picture_rows); }

  // A row of the coarse map: zero outside the picture.
  void find_largest(int channel, int y) {
    float* out = coarse_ + (y - top_) * step_;
    std::fill(out, out + step_, 0.f);
    const int first = first_row(y), last = last_row(y), x = within_left_ * w_.side;
    if (first >= last) return;
    int columns = (within_right_ - within_left_) * w_.side;
    const int inside = std::min(columns, w_.picture_columns - x);
    float* row = w_.side == 1 ? out + within_left_ - left_ : row_;
    w_.moments.view.origin ? largest_of<true>(channel, first, last, x, inside, row)
                           : largest_of<false>(channel, first, last, x, inside, row);
    if (w_.side == 1) return;
    std::fill(row_ + inside, row_ + columns, row_[inside - 1]);  // those of a cut window: one of its own again
    for (int side = w_.side; side > 1; side /= 2) {
      columns /= 2;
      for (int i = 0; i < columns; i += kLanes) {
        Vec even = load(row_ + 2 * i), odd = load(row_ + 2 * i + kLanes);
        part(even, odd);
        store(row_ + i, larger(even, odd));
      }
    }
    std::copy(row_, row_ + columns, out + within_left_ - left_);
  }

  // The largest values of `inside` columns from x on, over the rows of a window.
  template <bool kNormalised>
  void largest_of(int channel, int first, int last, int x, int inside, float* out) const {
    const float *in = w_.input.at(channel, first, x), *mean = nullptr, *factor = nullptr;
    Vec scale{}, shift{};
    if constexpr (kNormalised) {
      mean = w_.moments.view.at(0, first, x), factor = w_.moments.view.at(1, first, x);
      scale = spread(w_.moments.scale[channel]), shift = spread(w_.moments.shift[channel]);
    }
    for (int i = 0; i < inside; i += kLanes) {
      const int rest = std::min(inside - i, kLanes);
      const auto from = [&](const float* p) { return rest < kLanes ? load(p + i, rest) : load(p + i); };
      const auto read = [&](int row) {
        const float* p = in + row * w_.input.row_step;
        __builtin_prefetch(p + i + w_.input.channel_step, 0, kNear);
        if constexpr (!kNormalised) return from(p);
        const long step = row * w_.moments.view.row_step;
        return (from(p) - from(mean + step)) * (from(factor + step) * scale) + shift;
      };
      Vec largest = read(0);
      for (int row = 1; row < last - first; row++) largest = larger(read(row), largest);
      rest < kLanes ? store(out + i, largest, rest) : store(out + i, largest);
    }
  }

  void sum(int channel, int y, float* out) const {
    const float *weights = w_.weights + 9 * channel, *in = coarse_ + (y - 1 - top_) * step_;
    for (int x = 0; x < right_ - left_ - 2; x += kLanes) {
      Vec total = spread(w_.bias[channel]);
      for (int row = 0; row < 3; row++)
        for (int tap = 0; tap < 3; tap++) total += load(in + row * step_ + x + tap) * weights[3 * row + tap];
      store(out + x, total);
    }
  }

  // A row of windows to all of their pixels.
  void enlarge(int channel, int y) {
    int columns = right_ - left_ - 2;
    float *from = row_, *to = other_;
    for (int side = w_.side; side > 1; side /= 2) {
      for (int x = 0; x < columns; x += kLanes) {
        Vec first = load(from + x), second = first;
        join(first, second);
        store(to + 2 * x, first);
        store(to + 2 * x + kLanes, second);
      }
      columns *= 2;
      std::swap(from, to);
    }
    const float* first = from + w_.left - (left_ + 1) * w_.side;
    for (int row = std::max(y * w_.side - w_.start, w_.top); row < std::min((y + 1) * w_.side - w_.start, w_.bottom); row++)
      std::copy(first, first + w_.right - w_.left, w_.output.at(channel, row, w_.left));
  }

  const Windows& w_;
  int top_, bottom_, left_, right_;  // the windows with their neighbours
  int within_left_, within_right_;   // those of them that lie in the picture
  long step_;
  float *coarse_, *row_, *other_;
};

void windows(const Windows& w, std::vector<float>& scratch) { WindowRows(w, scratch).run(); }

}  // namespace ppcn::PPCN_ISA
