// A stage of a network as a list of steps on maps.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels.h"

namespace ppcn {

enum class Kind { kConvolution, kPointwise, kConcatenate, kShuffle, kNormalise, kMoments, kLargest, kWindows };

// One step: makes the value of its own number (after those of the inputs) of earlier values.
struct Step {
  Kind kind;
  std::vector<int> sources;

  // Convolution: padding of `top` rows and `left` columns before; the sizes of the values say what comes behind. Padding
  // is zero, or the source mirrored at its borders (1 0 | 0 1 ...).
  int kernel_height = 1, kernel_width = 1, stride = 1, dilation = 1, top = 0, left = 0;
  bool mirrored = false;
  int parts = 1;           // of the channels: each part is made of the same part of the source's
  bool by_groups = false;  // computed by Winograd's way, in groups of rows and columns
  // Rows, or columns, that are computed together.
  int group() const {
    if (kind == Kind::kLargest) return *std::max_element(sides.begin(), sides.end());
    return by_groups ? 4 * dilation : 1;
  }
  // Rows that cost less if they are made together.
  int band() const { return kind == Kind::kWindows ? *std::max_element(sides.begin(), sides.end()) : group(); }
  std::vector<float> weights, bias;

  int times = -1, plus = -1;  // further sources: by what, after the function, products are made and what is added
  // Whether something follows the sums of single pixels or few taps.
  bool finishes() const { return !by_groups && (function == Function::kSwish || times >= 0 || plus >= 0); }

  // A further source of windows' steps, and of convolutions with `times`: the moments by which the map that they read, or
  // `times`, is normalised.
  int moments = -1;

  // Convolution and pointwise; of two sources of a pointwise step the second is added after the function.
  float slope = 1;
  Function function = Function::kLeaky;

  // Shuffle: pixel (y, x) of channel c is channel (c * factor + y % factor) * factor + x % factor of (y, x) / factor.
  int factor = 1;

  // Normalisation: weights are scales, the bias shifts. Moments: these are for those who read.
  float epsilon = 0;

  // Windows and their largest values: sides, each for the next part of the channels; all parts have as many. Those of side 1
  // have no largest values.
  std::vector<int> sides;
  int largest = -1;  // a further source of windows; missing if all sides are 1
};

// What a step makes, or an input.
struct Value {
  int channels;
  int scale;  // rows of it for each row of the inputs
  bool output = false;
};

class Program {
 public:
  // `channels` of each input; `kernels` runs the steps.
  Program(const std::vector<int>& channels, const Kernels& kernels);

  // Each returns the number of the value that it makes. Throw std::invalid_argument for what cannot be.
  // weights: outputs x inputs x kernel_height x kernel_width; with fewer inputs than the source has channels, these are parted.
  int convolution(int source, int outputs, const std::vector<float>& weights, const std::vector<float>& bias,
                  std::vector<int> kernel, int stride, int dilation, int top, int left, bool mirrored,
                  Function function, float slope, int times = -1, int plus = -1);
  int pointwise(const std::vector<int>& sources, Function function, float slope);
  int concatenate(const std::vector<int>& sources);
  int shuffle(int source, int factor);
  int normalise(int source, const std::vector<float>& scale, const std::vector<float>& shift, float epsilon);
  // weights: channels x 3 x 3.
  int windows(int source, const std::vector<int>& sides, const std::vector<float>& weights, const std::vector<float>& bias);

  void mark_output(int value);

  // Puts moments in place of normalised values that only windows and products read: these normalise what they read, and
  // one map less goes through memory.
  void defer_normalisations();

  const Kernels& kernels() const { return kernels_; }
  int inputs() const { return inputs_; }
  const std::vector<Value>& values() const { return values_; }
  const std::vector<Step>& steps() const { return steps_; }
  const Step& maker(int value) const { return steps_[value - inputs_]; }

 private:
  const Value& known(int value) const;
  int append(Step step, int channels, int scale);

  const Kernels& kernels_;
  int inputs_;
  std::vector<Value> values_;
  std::vector<Step> steps_;
};

}  // namespace ppcn
