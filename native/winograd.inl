// Three taps down a column by Winograd's F(4, 3): four rows of outputs from six products instead of twelve.
//
// Only the rows are transformed: a row of a map keeps its layout, its horizontal taps stay sums over neighbours, and so
// the six products are the same `block` as everywhere. With the points 0, 1, -1, 2, -2 and infinity the result is within
// some 1e-6 of the direct sum. Rows that are `dilation` apart form a group; groups start at multiples of 4 * dilation.
namespace ppcn::PPCN_ISA {

constexpr int kPoints = 6, kGroup = 4;

// Six rows of each input, `step` apart, to six points, for `columns` columns.
inline void transform_inputs(const Winograd& w, const float* rows, long step, int columns, float* points, long width) {
  for (int i = 0; i < w.inputs; i++) {
    const float* d = rows + i * w.input.channel_step;
    float* v = points + i * width;
    const long next = w.inputs * width;
    for (int x = 0; x < columns; x += kLanes, d += kLanes, v += kLanes) {
      const Vec d0 = load(d), d1 = load(d + step), d2 = load(d + 2 * step);
      const Vec d3 = load(d + 3 * step), d4 = load(d + 4 * step), d5 = load(d + 5 * step);
      const Vec even = d4 - d2 * 4, odd = d3 - d1 * 4, near = d4 - d2, far = (d3 - d1) * 2;
      store(v, d0 * 4 - d2 * 5 + d4);
      store(v + next, even + odd);
      store(v + 2 * next, even - odd);
      store(v + 3 * next, near + far);
      store(v + 4 * next, near - far);
      store(v + 5 * next, d1 * 4 - d3 * 5 + d5);
    }
  }
}

// Six points of some outputs to four rows, `step` apart.
inline void transform_outputs(const Winograd& w, int first, int outputs, const float* points, long width, int columns,
                              float* rows, long step) {
  const long next = kBlockOutputs * width;
  for (int o = 0; o < outputs; o++) {
    const float* m = points + o * width;
    float* out = rows + (first + o) * w.output.channel_step;
    const Vec bias = spread(w.bias[first + o]);
    for (int x = 0; x < columns; x += kLanes, m += kLanes, out += kLanes) {
      const Vec m1 = load(m + next), m2 = load(m + 2 * next), m3 = load(m + 3 * next), m4 = load(m + 4 * next);
      const Vec sum1 = m1 + m2, sum2 = m3 + m4, difference1 = m1 - m2, difference2 = m3 - m4;
      store(out, leaky(load(m) + sum1 + sum2 + bias, w.slope));
      store(out + step, leaky(difference2 * 2 + difference1 + bias, w.slope));
      store(out + 2 * step, leaky(sum2 * 4 + sum1 + bias, w.slope));
      store(out + 3 * step, leaky(difference2 * 8 + difference1 + load(m + 5 * next) + bias, w.slope));
    }
  }
}

// The points of the inputs and the products of a block of outputs stay in the first-level cache.
void winograd(const Winograd& w, std::vector<float>& scratch) {
  const int tile = (w.inputs > 16 ? 1 : 2) * kBlockVectors * kLanes;
  const int halo = (w.kernel_width - 1) * w.dilation;
  const long width = (tile + halo + kLanes - 1) / kLanes * kLanes;
  const int taps = w.inputs * w.kernel_width;
  std::vector<int> offsets(taps);
  for (int i = 0; i < taps; i++) offsets[i] = i / w.kernel_width * width + i % w.kernel_width * w.dilation;
  const float no_bias[kBlockOutputs] = {};
  scratch.resize(kPoints * (w.inputs * width + kBlockOutputs * tile) + 4 * kLanes);
  float *inputs = scratch.data(), *products = inputs + kPoints * w.inputs * width;

  for (int left = 0; left < w.columns; left += tile) {
    const int columns = std::min(tile, w.columns - left);
    for (int y = 0; y < w.rows; y += kGroup * w.dilation) {
      for (int phase = 0; phase < w.dilation; phase++) {
        const float* rows = w.input.at(0, y + phase - w.dilation, left - w.left);
        transform_inputs(w, rows, w.dilation * w.input.row_step, columns + halo, inputs, width);
        float* out = w.output.at(0, y + phase, left);
        for (int o = 0; o < w.outputs; o += kBlockOutputs) {
          const int outputs = std::min(kBlockOutputs, w.outputs - o);
          for (int point = 0; point < kPoints; point++) {
            convolve({.input = inputs + point * w.inputs * width,
                      .offsets = offsets.data(),
                      .taps = taps,
                      .input_row_step = 0,
                      .weights = w.weights + (static_cast<long>(point) * w.outputs + o) * taps,
                      .bias = no_bias,
                      .outputs = outputs,
                      .slope = 1,
                      .output = products + static_cast<long>(point) * kBlockOutputs * tile,
                      .output_row_step = 0,
                      .output_channel_step = tile,
                      .rows = 1,
                      .columns = columns});
          }
          transform_outputs(w, o, outputs, products, tile, columns, out, w.dilation * w.output.row_step);
        }
      }
    }
  }
}

}  // namespace ppcn::PPCN_ISA
