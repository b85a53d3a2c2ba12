#include "program.h"

#include <algorithm>
#include <stdexcept>

namespace ppcn {
namespace {

constexpr int kFewestProducts = 256;  // inputs x outputs from which the transforms of Winograd's way pay

// Reorders outputs x taps to blocks of outputs, tap by tap: as the kernels read them.
void pack(const double* weights, int outputs, int taps, int block, std::vector<float>& packed) {
  for (int first = 0; first < outputs; first += block)
    for (int tap = 0; tap < taps; tap++)
      for (int o = first; o < std::min(first + block, outputs); o++) packed.push_back(weights[long(o) * taps + tap]);
}

// The six points that three taps down a column (at weights[0], [step], [2 * step]) become.
std::vector<double> to_points(const float* weights, int step) {
  const double a = weights[0], b = weights[step], c = weights[2 * step];
  return {a / 4,
          -(a + b + c) / 6,
          -(a - b + c) / 6,
          a / 24 + b / 12 + c / 6,
          a / 24 - b / 12 + c / 6,
          c};
}

}  // namespace

Program::Program(const std::vector<int>& channels, const Kernels& kernels)
    : kernels_(kernels), inputs_(channels.size()) {
  for (int c : channels) values_.push_back({c, 1});
}

int Program::convolution(int source, int outputs, const std::vector<float>& weights, const std::vector<float>& bias,
                         std::vector<int> kernel, int stride, int dilation, int top, int left, bool mirrored,
                         float slope) {
  const Value& from = known(source);
  const int height = kernel.at(0), width = kernel.at(1), pairs = outputs * from.channels;
  if (weights.size() != size_t(pairs) * height * width || bias.size() != size_t(outputs) || from.scale % stride ||
      (mirrored && stride > 1))
    throw std::invalid_argument("a convolution's weights, bias or stride do not fit its source");
  Step step{.kind = Kind::kConvolution, .sources = {source}, .kernel_height = height, .kernel_width = width,
            .stride = stride, .dilation = dilation, .top = top, .left = left, .mirrored = mirrored, .bias = bias,
            .slope = slope};
  step.by_groups = height == 3 && stride == 1 && !mirrored && pairs >= kFewestProducts;
  if (step.by_groups) {
    std::vector<double> points(6 * size_t(pairs) * width);
    for (int pair = 0; pair < pairs; pair++)
      for (int x = 0; x < width; x++) {
        const auto p = to_points(&weights[size_t(pair) * 3 * width + x], width);
        for (int i = 0; i < 6; i++) points[(size_t(i) * pairs + pair) * width + x] = p[i];
      }
    for (int i = 0; i < 6; i++)
      pack(&points[size_t(i) * pairs * width], outputs, from.channels * width, kernels_.block_outputs, step.weights);
  } else {
    const std::vector<double> exact(weights.begin(), weights.end());
    pack(exact.data(), outputs, from.channels * height * width, kernels_.block_outputs, step.weights);
  }
  return append(std::move(step), outputs, from.scale / stride);
}

int Program::pointwise(const std::vector<int>& sources, Function function, float slope) {
  const Value& first = known(sources.at(0));
  if (sources.size() > 2 || known(sources.back()).channels != first.channels ||
      known(sources.back()).scale != first.scale)
    throw std::invalid_argument("a pointwise step takes one value, or two of the same shape");
  return append({.kind = Kind::kPointwise, .sources = sources, .slope = slope, .function = function}, first.channels,
                first.scale);
}

int Program::concatenate(const std::vector<int>& sources) {
  int channels = 0;
  for (int source : sources) {
    if (known(source).scale != known(sources[0]).scale)
      throw std::invalid_argument("only values of the same size can be concatenated");
    channels += known(source).channels;
  }
  return append({.kind = Kind::kConcatenate, .sources = sources}, channels, known(sources.at(0)).scale);
}

int Program::shuffle(int source, int factor) {
  const Value& from = known(source);
  if (factor < 1 || from.channels % (factor * factor))
    throw std::invalid_argument("a shuffle's factor does not fit its source");
  return append({.kind = Kind::kShuffle, .sources = {source}, .factor = factor}, from.channels / (factor * factor),
                from.scale * factor);
}

void Program::mark_output(int value) {
  known(value);
  values_[value].output = true;
}

const Value& Program::known(int value) const {
  if (value < 0 || value >= int(values_.size())) throw std::invalid_argument("there is no such value");
  return values_[value];
}

int Program::append(Step step, int channels, int scale) {
  steps_.push_back(std::move(step));
  values_.push_back({channels, scale});
  return values_.size() - 1;
}

}  // namespace ppcn
