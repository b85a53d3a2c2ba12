#include "program.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

namespace ppcn {
namespace {

constexpr int kFewestPairs = 256;  // of inputs and outputs, from which Winograd's transforms pay
// Far beyond any network, these keep all sizes within an int.
constexpr int kMostChannels = 1 << 16, kMostScale = 64, kMostReach = 1024;

// Appends weights, outputs x taps, to a step, in blocks of outputs, tap by tap: as the kernels read them. Taps whose
// weights are all 0 are left out, so NaN does not spread through them; but not those of Winograd's points.
void pack(const double* weights, int outputs, int taps, int block, Step& step) {
  for (int first = 0; first < outputs; first += block) {
    const int last = std::min(first + block, outputs);
    if (!step.winograd) step.taps.emplace_back();
    for (int tap = 0; tap < taps; tap++) {
      const auto weight = [&](int o) { return weights[long(o) * taps + tap]; };
      bool counts = step.winograd;
      for (int o = first; o < last; o++) counts |= weight(o) != 0;
      if (!counts) continue;
      if (!step.winograd) step.taps.back().push_back(tap);
      for (int o = first; o < last; o++) step.weights.push_back(weight(o));
    }
  }
}

// Winograd's filter transform of three taps in a line: six points.
std::array<double, 6> filter_transform(double a, double b, double c) {
  return {a / 4,
          -(a + b + c) / 6,
          -(a - b + c) / 6,
          a / 24 + b / 12 + c / 6,
          a / 24 - b / 12 + c / 6,
          c};
}

// The same of three by three taps: 36 points, the first points of all pairs of channels first.
std::vector<double> filter_transform(const std::vector<float>& weights) {
  const size_t pairs = weights.size() / 9;
  std::vector<double> points(36 * pairs);
  for (size_t pair = 0; pair < pairs; pair++) {
    std::array<double, 6> down[3];
    const float* taps = &weights[9 * pair];
    for (int x = 0; x < 3; x++) down[x] = filter_transform(taps[x], taps[3 + x], taps[6 + x]);
    for (int i = 0; i < 6; i++) {
      const auto across = filter_transform(down[0][i], down[1][i], down[2][i]);
      for (int j = 0; j < 6; j++) points[(6 * i + j) * pairs + pair] = across[j];
    }
  }
  return points;
}

}  // namespace

int Step::largest_window() const { return *std::max_element(windows.begin(), windows.end()); }

Program::Program(const std::vector<int>& channels, const Kernels& kernels)
    : kernels_(kernels), inputs_(channels.size()) {
  for (int c : channels) add_value(c, 1);
}

int Program::convolution(int source, int outputs, const std::vector<float>& weights, const std::vector<float>& bias,
                         std::vector<int> kernel, int stride, int dilation, int top, int left, bool mirrored,
                         Function function, float slope, int times, int plus) {
  const Value& from = known(source);
  const int height = kernel.at(0), width = kernel.at(1);
  const auto outside = [](long number, int least) { return number < least || number > kMostReach; };
  if (outside(height, 1) || outside(width, 1) || outside(stride, 1) || outside(dilation, 1) || outside(top, 0) ||
      outside(left, 0) || outside(long(std::max(height, width)) * dilation, 1) || outputs < 1)
    throw std::invalid_argument("a convolution's kernel, stride, dilation or padding is out of range");
  const int pairs = weights.size() / (height * width), inputs = pairs / outputs;
  const int groups = inputs ? from.channels / inputs : 0;
  if (!groups || weights.size() != size_t(outputs) * inputs * height * width || from.channels != groups * inputs ||
      outputs % groups || bias.size() != size_t(outputs) || from.scale % stride || (mirrored && stride > 1))
    throw std::invalid_argument("a convolution's weights, bias or stride do not fit its source");
  // A tile has the pixels that symmetric padding repeats only if the kernel reaches as far behind each pixel as before
  // it.
  const auto uneven = [&](int taps, int before) { return std::abs((taps - 1) * dilation - 2 * before) > 1; };
  if (mirrored && (uneven(height, top) || uneven(width, left)))
    throw std::invalid_argument("a mirrored border must be as wide before a map as behind it");
  if (function != Function::kLeaky && function != Function::kSwish)
    throw std::invalid_argument("a convolution does not know that function");
  Step step{.kind = Kind::kConvolution, .sources = {source}, .kernel_height = height, .kernel_width = width,
            .stride = stride, .dilation = dilation, .top = top, .left = left, .mirrored = mirrored, .groups = groups,
            .bias = bias, .times = times, .plus = plus, .slope = slope, .function = function};
  for (int other : {times, plus}) {
    if (other < 0) continue;
    if (known(other).channels != outputs || known(other).scale != from.scale || height * width * stride != 1 || top ||
        left)
      throw std::invalid_argument("only a convolution of single pixels takes values of its own shape");
    step.sources.push_back(other);
  }
  step.winograd = height == 3 && width == 3 && stride == 1 && dilation <= 2 && top == dilation && left == dilation &&
                  !mirrored && groups == 1 && pairs >= kFewestPairs;
  const std::vector<double> exact =
      step.winograd ? filter_transform(weights) : std::vector<double>(weights.begin(), weights.end());
  const int taps = step.winograd ? inputs : inputs * height * width;  // points, or groups, lie one behind the other
  for (size_t first = 0; first < exact.size(); first += size_t(outputs) / groups * taps)
    pack(&exact[first], outputs / groups, taps, kernels_.block_outputs, step);
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
  long channels = 0;
  for (int source : sources) {
    if (known(source).scale != known(sources[0]).scale)
      throw std::invalid_argument("only values of the same size can be concatenated");
    channels += known(source).channels;
  }
  return append({.kind = Kind::kConcatenate, .sources = sources}, channels, known(sources.at(0)).scale);
}

int Program::pixel_shuffle(int source, int factor) {
  const Value& from = known(source);
  if (factor < 1 || factor > kMostScale || from.channels % (factor * factor))
    throw std::invalid_argument("a pixel shuffle's factor does not fit its source");
  return append({.kind = Kind::kPixelShuffle, .sources = {source}, .factor = factor}, from.channels / (factor * factor),
                from.scale * factor);
}

int Program::layer_norm(int source, const std::vector<float>& scale, const std::vector<float>& shift, float epsilon) {
  const Value& from = known(source);
  if (scale.size() != size_t(from.channels) || shift.size() != size_t(from.channels))
    throw std::invalid_argument("a layer normalisation's scales or shifts do not fit its source");
  return append({.kind = Kind::kLayerNorm, .sources = {source}, .weights = scale, .bias = shift, .epsilon = epsilon},
                from.channels, from.scale);
}

int Program::pooled_convolution(int source, const std::vector<int>& windows, const std::vector<float>& weights,
                                const std::vector<float>& bias) {
  const Value& from = known(source);
  const auto known_window = [](int side) { return side == 1 || side == 2 || side == 4 || side == 8; };
  if (windows.empty() || !std::all_of(windows.begin(), windows.end(), known_window) || from.scale != 1 ||
      from.channels % windows.size() || weights.size() != 9 * size_t(from.channels) ||
      bias.size() != size_t(from.channels))
    throw std::invalid_argument("a pooled convolution's windows or weights do not fit its source");
  Step step{.kind = Kind::kPooledConvolution, .sources = {source}, .weights = weights, .bias = bias,
            .windows = windows};
  const int channels = from.channels, part = channels / windows.size();
  if (const int pooled = windows.size() - std::count(windows.begin(), windows.end(), 1)) {
    step.pooled = append({.kind = Kind::kMaxPool, .sources = {source}, .windows = windows}, pooled * part, 1);
    step.sources.push_back(step.pooled);
  }
  return append(std::move(step), channels, 1);
}

int Program::slice(int source, int levels, int cells) {
  const auto outside = [](int number) { return number < 1 || number > kMostReach; };
  if (known(source).channels != 3 || known(source).scale != 1 || outside(levels) || outside(cells))
    throw std::invalid_argument("a grid's size is out of range, or what it is sliced for has not three channels");
  return append({.kind = Kind::kSlice, .sources = {source}, .levels = levels, .cells = cells}, 3, 1);
}

void Program::mark_output(int value) {
  known(value);
  values_[value].output = true;
}

void Program::fuse_layer_norms() {
  for (size_t i = 0; i < steps_.size(); i++) {
    const int value = inputs_ + i, source = steps_[i].sources[0];
    if (steps_[i].kind != Kind::kLayerNorm || values_[value].output) continue;
    std::vector<Step*> readers;
    for (Step& step : steps_)
      if (std::count(step.sources.begin(), step.sources.end(), value)) readers.push_back(&step);
    const auto pools = [](const Step* step) { return !step->windows.empty(); };
    const auto can = [&](const Step* step) {
      return pools(step) || (step->times == value && step->plus != value && step->sources[0] != value);
    };
    if (!std::all_of(readers.begin(), readers.end(), can)) continue;
    steps_[i].kind = Kind::kMoments;
    values_[value].channels = 2;
    for (Step* step : readers) {
      step->moments = value;
      step->times = pools(step) ? -1 : source;
      step->sources.insert(pools(step) ? step->sources.begin() : step->sources.end(), source);
    }
  }
}

const Value& Program::known(int value) const {
  if (value < 0 || value >= int(values_.size())) throw std::invalid_argument("there is no such value");
  return values_[value];
}

void Program::add_value(long channels, int scale) {
  if (channels < 1 || channels > kMostChannels || scale > kMostScale)
    throw std::invalid_argument("a value has no channels, too many of them, or too many rows");
  values_.push_back({int(channels), scale});
}

int Program::append(Step step, long channels, int scale) {
  add_value(channels, scale);
  steps_.push_back(std::move(step));
  return values_.size() - 1;
}

}  // namespace ppcn
