// Three by three taps by Winograd's F(4x4, 3x3): sixteen outputs from 36 products instead of 144.
//
// Rows are transformed as they lie. Then groups of four columns become lanes of vectors (in which order does not matter), so
// that the same transform works across. Of each of the 36 points the inputs are added up by the same `block` as everywhere.
// With the points 0, 1, -1, 2, -2 and infinity the result is within some 1e-5 of the direct sum. Rows and columns that are
// `dilation` apart form a group; groups start at multiples of 4 * dilation.
namespace ppcn::PPCN_ISA {

constexpr int kPoints = 6, kGroup = 4;

// Six values in a line to six points.
inline void to_points(const Vec (&d)[kPoints], Vec (&points)[kPoints]) {
  const Vec even = d[4] - d[2] * 4, odd = d[3] - d[1] * 4, near = d[4] - d[2], far = (d[3] - d[1]) * 2;
  points[0] = d[0] * 4 - d[2] * 5 + d[4];
  points[1] = even + odd;
  points[2] = even - odd;
  points[3] = near + far;
  points[4] = near - far;
  points[5] = d[1] * 4 - d[3] * 5 + d[5];
}

// Six points to the four values between the outermost of those six.
inline void from_points(const Vec (&m)[kPoints], Vec (&out)[kGroup]) {
  const Vec sum1 = m[1] + m[2], sum2 = m[3] + m[4], difference1 = m[1] - m[2], difference2 = m[3] - m[4];
  out[0] = m[0] + sum1 + sum2;
  out[1] = difference2 * 2 + difference1;
  out[2] = sum2 * 4 + sum1;
  out[3] = difference2 * 8 + difference1 + m[5];
}

template <int kDilation, Function kFunction>
class WinogradRows {
  static constexpr int kTogether = kGroup * kDilation;                        // rows or columns: one group for each phase
  static constexpr int kRow = (kBlockVectors + 1) * kLanes * kTogether;       // of columns at a time, and what is read beside
  static constexpr int kHalf = kRow / 2;
  static constexpr int kMostOutputs = 32;  // at a time: their products stay in the second-level cache beside the inputs

 public:
  WinogradRows(const Winograd& w, std::vector<float>& scratch) : w_(w), offsets_(w.inputs), no_bias_(w.outputs) {
    const int parts = (w.outputs + kMostOutputs - 1) / kMostOutputs;
    outputs_ = (w.outputs + parts * kBlockOutputs - 1) / (parts * kBlockOutputs) * kBlockOutputs;
    const size_t lanes = kDilation * kBlockVectors * kLanes;
    const size_t size = (kPoints + 1) * kRow + kPoints * kPoints * lanes * (w.inputs + outputs_) + kLine;
    if (scratch.size() < size) scratch.resize(size);
    rows_ = aligned(scratch.data());
    parted_ = rows_ + kPoints * kRow;
    inputs_ = parted_ + kRow;
    products_ = inputs_ + kPoints * kPoints * lanes * w.inputs;
  }

  void run() {
    const int vectors = (w_.columns / kTogether + kLanes - 1) / kLanes;
    const int parts = (vectors + kBlockVectors - 1) / kBlockVectors;
    lanes_ = (vectors + parts - 1) / parts * kLanes;
    for (int i = 0; i < w_.inputs; i++) offsets_[i] = i * kPoints * kPoints * kDilation * lanes_;
    for (int left = 0; left < w_.columns; left += lanes_ * kTogether) {
      columns_ = std::min(lanes_ * kTogether, w_.columns - left);
      groups_ = columns_ / kTogether;
      for (int y = 0; y < w_.rows; y += kTogether)
        for (int phase = 0; phase < kDilation; phase++) {
          for (int i = 0; i < w_.inputs; i++)
            transform_input(i, w_.input.at(i, y + phase - kDilation, left - kDilation));
          for (int o = 0; o < w_.outputs; o += outputs_) {
            const int outputs = std::min(outputs_, w_.outputs - o);
            multiply(o, outputs);
            for (int i = 0; i < outputs; i++) transform_output(o + i, i, w_.output.at(o + i, y + phase, left));
          }
        }
    }
  }

 private:
  void transform_input(int channel, const float* in) {
    const long step = kDilation * w_.input.row_step, next = kDilation * lanes_;
    for (int x = 0; x < columns_ + 2 * kDilation; x += kLanes) {
      Vec d[kPoints], points[kPoints];
      for (int i = 0; i < kPoints; i++) d[i] = load(in + i * step + x);
      to_points(d, points);
      for (int i = 0; i < kPoints; i++) store(rows_ + i * kRow + x, points[i]);
    }
    for (int i = 0; i < kPoints; i++) {
      float* row = rows_ + i * kRow;
      if (kDilation == 2) part_row(row);
      for (int phase = 0; phase < kDilation; phase++) {
        const float* from = (kDilation == 2 ? parted_ : row) + phase * kHalf;
        float* out = inputs_ + (channel * kPoints + i) * kPoints * next + phase * lanes_;
        for (int group = 0; group < groups_; group += kLanes, from += kGroup * kLanes) {
          Vec d[kPoints], points[kPoints], four[kGroup], behind[kGroup];  // of each group, and of the one behind it
          for (int j = 0; j < kGroup; j++) {
            four[j] = load(from + j * kLanes);
            behind[j] = load(from + j * kLanes + kGroup);
          }
          transpose(four);
          transpose(behind);
          for (int j = 0; j < kPoints; j++) d[j] = j < kGroup ? four[j] : behind[j - kGroup];
          to_points(d, points);
          for (int j = 0; j < kPoints; j++) store(out + j * next + group, points[j]);
        }
      }
    }
  }

  // At a dilation of 2: even columns, and odd ones.
  void part_row(const float* row) {
    for (int x = 0; x < columns_ / 2 + kDilation; x += kLanes) {
      Vec a = load(row + 2 * x), b = load(row + 2 * x + kLanes);
      part(a, b);
      store(parted_ + x, a);
      store(parted_ + kHalf + x, b);
    }
  }

  void join_row(float* row) {
    for (int x = 0; x < columns_ / 2; x += kLanes) {
      Vec a = load(parted_ + x), b = load(parted_ + kHalf + x);
      join(a, b);
      store(row + 2 * x, a);
      store(row + 2 * x + kLanes, b);
    }
  }

  void multiply(int first, int outputs) {
    const long lanes = kDilation * lanes_;
    for (int point = 0; point < kPoints * kPoints; point++)
      convolve({.input = inputs_ + point * lanes,
                .offsets = offsets_.data(),
                .taps = w_.inputs,
                .input_row_step = 0,
                .weights = w_.weights + (long(point) * w_.outputs + first) * w_.inputs,
                .bias = no_bias_.data(),
                .outputs = outputs,
                .function = Function::kLeaky,
                .slope = 1,
                .output = products_ + point * lanes,
                .output_row_step = 0,
                .output_channel_step = kPoints * kPoints * lanes,
                .rows = 1,
                .columns = int(lanes)});
  }

  void transform_output(int channel, int at, float* out) {
    const long next = kDilation * lanes_;
    for (int i = 0; i < kPoints; i++) {
      float* row = rows_ + i * kRow;
      for (int phase = 0; phase < kDilation; phase++) {
        const float* in = products_ + (at * kPoints + i) * kPoints * next + phase * lanes_;
        float* to = (kDilation == 2 ? parted_ : row) + phase * kHalf;
        for (int group = 0; group < groups_; group += kLanes, to += kGroup * kLanes) {
          Vec m[kPoints], made[kGroup];
          for (int j = 0; j < kPoints; j++) m[j] = load(in + j * next + group);
          from_points(m, made);
          transpose(made);
          for (int j = 0; j < kGroup; j++) store(to + j * kLanes, made[j]);
        }
      }
      if (kDilation == 2) join_row(row);
    }
    const Vec bias = spread(w_.bias[channel]);
    const long step = kDilation * w_.output.row_step;
    for (int x = 0; x < columns_; x += kLanes) {
      Vec m[kPoints], made[kGroup];
      for (int i = 0; i < kPoints; i++) m[i] = load(rows_ + i * kRow + x);
      from_points(m, made);
      for (int i = 0; i < kGroup; i++) store(out + i * step + x, apply<kFunction>(made[i] + bias, w_.slope));
    }
  }

  const Winograd& w_;
  std::vector<int> offsets_;
  const std::vector<float> no_bias_;
  float *rows_, *parted_, *inputs_, *products_;  // inputs, products: of each channel 36 points, phases and groups
  int outputs_, columns_, groups_, lanes_;       // at a time; lanes_: of groups, rounded up to whole vectors
};

template <Function kFunction>
void winograd_with(const Winograd& w, std::vector<float>& scratch) {
  w.dilation == 1 ? WinogradRows<1, kFunction>(w, scratch).run() : WinogradRows<2, kFunction>(w, scratch).run();
}

void winograd(const Winograd& w, std::vector<float>& scratch) {
  w.function == Function::kSwish ? winograd_with<Function::kSwish>(w, scratch)
                                 : winograd_with<Function::kLeaky>(w, scratch);
}

}  // namespace ppcn::PPCN_ISA
