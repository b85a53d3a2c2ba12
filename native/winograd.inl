// Winograd's algorithm F(4x4, 3x3): a patch of 4x4 outputs from 36 products in place of 144 (Lavin and Gray, "Fast
// Algorithms for Convolutional Neural Networks", 2016).
//
// The input transform works down the rows as they lie. Then vectors are transposed, so that each lane holds a patch (in
// which order does not matter) and the same transform works across. For each of the 36 points the products with all
// inputs are added up by `convolve`. With the interpolation points 0, 1, -1, 2, -2 and infinity the result is within
// some 1e-5 of the direct sum. At a dilation of 2 the even and the odd rows and columns (phases) have patches of their
// own. Patches start at multiples of 4 * dilation.
namespace ppcn::PPCN_ISA {

constexpr int kPoints = 6, kPatch = 4;

// The input transform of six values in a line.
inline void input_transform(const Vec (&d)[kPoints], Vec (&points)[kPoints]) {
  const Vec even = d[4] - d[2] * 4, odd = d[3] - d[1] * 4, near = d[4] - d[2], far = (d[3] - d[1]) * 2;
  points[0] = d[0] * 4 - d[2] * 5 + d[4];
  points[1] = even + odd;
  points[2] = even - odd;
  points[3] = near + far;
  points[4] = near - far;
  points[5] = d[1] * 4 - d[3] * 5 + d[5];
}

// The output transform of six points: four values.
inline void output_transform(const Vec (&m)[kPoints], Vec (&out)[kPatch]) {
  const Vec sum1 = m[1] + m[2], sum2 = m[3] + m[4], difference1 = m[1] - m[2], difference2 = m[3] - m[4];
  out[0] = m[0] + sum1 + sum2;
  out[1] = difference2 * 2 + difference1;
  out[2] = sum2 * 4 + sum1;
  out[3] = difference2 * 8 + difference1 + m[5];
}

template <int kDilation, Function kFunction>
class WinogradRows {
  static constexpr int kTogether = kPatch * kDilation;  // rows or columns: a patch for each phase
  static constexpr int kRow = (kBlockVectors + 1) * kLanes * kTogether;  // columns at a time, and those beside them
  static constexpr int kHalf = kRow / 2;
  static constexpr int kMostOutputs = 32;  // at a time: their products stay in the second-level cache beside the inputs

 public:
  WinogradRows(const Winograd& w, std::vector<float>& scratch)
      : w_(w), offsets_(w.inputs), blocks_(w.outputs), no_bias_(w.outputs) {
    const int parts = (w.outputs + kMostOutputs - 1) / kMostOutputs;
    outputs_ = (w.outputs + parts * kBlockOutputs - 1) / (parts * kBlockOutputs) * kBlockOutputs;
    const size_t lanes = kDilation * kBlockVectors * kLanes;
    const size_t size = (kPoints + 1) * kRow + kPoints * kPoints * lanes * (w.inputs + outputs_) + kLine;
    if (scratch.size() < size) scratch.resize(size);
    rows_ = aligned(scratch.data());
    deinterleaved_ = rows_ + kPoints * kRow;
    inputs_ = deinterleaved_ + kRow;
    products_ = inputs_ + kPoints * kPoints * lanes * w.inputs;
  }

  void run() {
    const int vectors = (w_.columns / kTogether + kLanes - 1) / kLanes;
    const int parts = (vectors + kBlockVectors - 1) / kBlockVectors;
    lanes_ = (vectors + parts - 1) / parts * kLanes;
    for (int i = 0; i < w_.inputs; i++) offsets_[i] = i * kPoints * kPoints * kDilation * lanes_;
    for (int left = 0; left < w_.columns; left += lanes_ * kTogether) {
      columns_ = std::min(lanes_ * kTogether, w_.columns - left);
      patches_ = columns_ / kTogether;
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
      input_transform(d, points);
      for (int i = 0; i < kPoints; i++) store(rows_ + i * kRow + x, points[i]);
    }
    for (int i = 0; i < kPoints; i++) {
      float* row = rows_ + i * kRow;
      if (kDilation == 2) deinterleave_row(row);
      for (int phase = 0; phase < kDilation; phase++) {
        const float* from = (kDilation == 2 ? deinterleaved_ : row) + phase * kHalf;
        float* out = inputs_ + (channel * kPoints + i) * kPoints * next + phase * lanes_;
        for (int patch = 0; patch < patches_; patch += kLanes, from += kPatch * kLanes) {
          Vec d[kPoints], points[kPoints], four[kPatch], behind[kPatch];  // of each patch, and of the next one
          for (int j = 0; j < kPatch; j++) {
            four[j] = load(from + j * kLanes);
            behind[j] = load(from + j * kLanes + kPatch);
          }
          transpose(four);
          transpose(behind);
          for (int j = 0; j < kPoints; j++) d[j] = j < kPatch ? four[j] : behind[j - kPatch];
          input_transform(d, points);
          for (int j = 0; j < kPoints; j++) store(out + j * next + patch, points[j]);
        }
      }
    }
  }

  // At a dilation of 2: even and odd columns.
  void deinterleave_row(const float* row) {
    for (int x = 0; x < columns_ / 2 + kDilation; x += kLanes) {
      Vec a = load(row + 2 * x), b = load(row + 2 * x + kLanes);
      deinterleave(a, b);
      store(deinterleaved_ + x, a);
      store(deinterleaved_ + kHalf + x, b);
    }
  }

  void interleave_row(float* row) {
    for (int x = 0; x < columns_ / 2; x += kLanes) {
      Vec a = load(deinterleaved_ + x), b = load(deinterleaved_ + kHalf + x);
      interleave(a, b);
      store(row + 2 * x, a);
      store(row + 2 * x + kLanes, b);
    }
  }

  void multiply(int first, int outputs) {
    const long lanes = kDilation * lanes_;
    for (int point = 0; point < kPoints * kPoints; point++) {
      const float* weights = w_.weights + (long(point) * w_.outputs + first) * w_.inputs;
      for (int o = 0; o < outputs; o += kBlockOutputs)
        blocks_[o / kBlockOutputs] = {offsets_.data(), w_.inputs, weights + long(o) * w_.inputs};
      convolve({.input = inputs_ + point * lanes,
                .blocks = blocks_.data(),
                .input_row_step = 0,
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
  }

  void transform_output(int channel, int at, float* out) {
    const long next = kDilation * lanes_;
    for (int i = 0; i < kPoints; i++) {
      float* row = rows_ + i * kRow;
      for (int phase = 0; phase < kDilation; phase++) {
        const float* in = products_ + (at * kPoints + i) * kPoints * next + phase * lanes_;
        float* to = (kDilation == 2 ? deinterleaved_ : row) + phase * kHalf;
        for (int patch = 0; patch < patches_; patch += kLanes, to += kPatch * kLanes) {
          Vec m[kPoints], made[kPatch];
          for (int j = 0; j < kPoints; j++) m[j] = load(in + j * next + patch);
          output_transform(m, made);
          transpose(made);
          for (int j = 0; j < kPatch; j++) store(to + j * kLanes, made[j]);
        }
      }
      if (kDilation == 2) interleave_row(row);
    }
    const Vec bias = broadcast(w_.bias[channel]);
    const long step = kDilation * w_.output.row_step;
    for (int x = 0; x < columns_; x += kLanes) {
      Vec m[kPoints], made[kPatch];
      for (int i = 0; i < kPoints; i++) m[i] = load(rows_ + i * kRow + x);
      output_transform(m, made);
      for (int i = 0; i < kPatch; i++) store(out + i * step + x, apply<kFunction>(made[i] + bias, w_.slope));
    }
  }

  const Winograd& w_;
  std::vector<int> offsets_;
  std::vector<Block> blocks_;
  const std::vector<float> no_bias_;
  float *rows_, *deinterleaved_, *inputs_, *products_;  // inputs, products: channels x 36 points x phases x patches
  int outputs_, columns_, patches_, lanes_;       // at a time; lanes_: patches_, rounded up to whole vectors
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
