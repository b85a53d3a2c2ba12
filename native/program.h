// A stage of a network as a list of steps (operators) on maps.
#pragma once

#include <vector>

#include "kernels.h"

namespace ppcn {

enum class Kind {
  kConvolution,
  kPointwise,
  kConcatenate,
  kPixelShuffle,
  kLayerNorm,
  kMoments,            // what layer normalisation takes: mean and reciprocal standard deviation of each pixel
  kMaxPool,
  kPooledConvolution,  // a depthwise convolution of max-pooled maps, upsampled back
  kSlice,              // colour transforms from a bilateral grid
};

// One step. Its value has the next number after those of the inputs and of earlier steps.
struct Step {
  Kind kind;
  std::vector<int> sources;

  // Convolution: padding of `top` rows and `left` columns before; the sizes of the values say what comes behind.
  // Padding is zero or symmetric (1 0 | 0 1 ...).
  int kernel_height = 1, kernel_width = 1, stride = 1, dilation = 1, top = 0, left = 0;
  bool mirrored = false;  // symmetric padding
  int groups = 1;
  bool winograd = false;  // computed by Winograd's algorithm (winograd.inl)
  std::vector<float> weights, bias;
  std::vector<std::vector<int>> taps;  // of each block of outputs: those whose weights are not all 0; Winograd: empty

  // The epilogue of a convolution multiplies its function's result by one value and adds another: further sources.
  int times = -1, plus = -1;
  bool has_epilogue() const { return !winograd && (function == Function::kSwish || times >= 0 || plus >= 0); }

  // A further source of pooling steps and of convolutions with `times`: the moments that normalise the map that they
  // pool, or `times`.
  int moments = -1;

  // Convolution and pointwise. A pointwise step adds its second source after the function.
  float slope = 1;
  Function function = Function::kLeaky;

  // Pixel shuffle (depth to space): pixel (y, x) of channel c is channel (c * factor + y % factor) * factor + x %
  // factor of (y, x) / factor.
  int factor = 1;

  // Layer normalisation: weights are scales, the bias shifts. Moments: these are for the steps that normalise.
  float epsilon = 0;

  // Max-pool and pooled convolution: the sides of windows, each for an equal part of the channels. A window of one
  // pixel needs no max-pool.
  std::vector<int> windows;
  int pooled = -1;  // a further source of a pooled convolution: the max-pool; missing if all windows are of one pixel
  int largest_window() const;

  // Slice: the grid's levels of brightness and cells along each side. The grid itself comes with each run.
  int levels = 0, cells = 0;
  size_t grid_size() const { return size_t(levels) * kCoefficients * cells * cells; }

  // Computed regions start and end at multiples of so many rows and columns: whole patches, or whole windows.
  int multiple() const { return kind == Kind::kMaxPool ? largest_window() : winograd ? 4 * dilation : 1; }
  // Rows that cost less if they are computed together.
  int rows_together() const { return kind == Kind::kPooledConvolution ? largest_window() : multiple(); }
};

// What a step computes, or an input.
struct Value {
  int channels;
  int scale;  // its rows for each row of the inputs
  bool output = false;
};

class Program {
 public:
  // `channels` of each input; `kernels` run the steps.
  Program(const std::vector<int>& channels, const Kernels& kernels);

  // Each adds a step and returns the number of its value. Throw std::invalid_argument where sizes do not fit.
  // weights: outputs x inputs of a group x kernel_height x kernel_width.
  int convolution(int source, int outputs, const std::vector<float>& weights, const std::vector<float>& bias,
                  std::vector<int> kernel, int stride, int dilation, int top, int left, bool mirrored,
                  Function function, float slope, int times = -1, int plus = -1);
  int pointwise(const std::vector<int>& sources, Function function, float slope);
  int concatenate(const std::vector<int>& sources);
  int pixel_shuffle(int source, int factor);
  int layer_norm(int source, const std::vector<float>& scale, const std::vector<float>& shift, float epsilon);
  // weights: channels x 3 x 3.
  int pooled_convolution(int source, const std::vector<int>& windows, const std::vector<float>& weights,
                         const std::vector<float>& bias);

  int slice(int source, int levels, int cells);

  void mark_output(int value);

  // Fuses layer normalisation into the steps that read it, where all of them can: moments take the place of the
  // normalised value, and one map less goes through memory.
  void fuse_layer_norms();

  const Kernels& kernels() const { return kernels_; }
  int inputs() const { return inputs_; }
  const std::vector<Value>& values() const { return values_; }
  const std::vector<Step>& steps() const { return steps_; }
  const Step& maker(int value) const { return steps_[value - inputs_]; }

 private:
  const Value& known(int value) const;
  void add_value(long channels, int scale);
  int append(Step step, long channels, int scale);

  const Kernels& kernels_;
  int inputs_;
  std::vector<Value> values_;
  std::vector<Step> steps_;
};

}  // namespace ppcn
