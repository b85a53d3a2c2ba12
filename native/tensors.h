// The few tensors of a network that depend on statistics alone: computed once a sweep, in no hurry.
#pragma once

#include <vector>

namespace ppcn {

struct Tensor {
  std::vector<int> shape;
  std::vector<float> values;
};

// In the order of their codes in a network's file. Sums and products broadcast as in NumPy.
enum class Operator {
  kAdd, kSubtract, kMultiply, kDivide, kMaximum, kMinimum,  // of two tensors
  kAbsolute, kSquareRoot, kLogarithm,                       // of each value
  kConcatenate,                                             // along an axis
  kReshape,                                                 // to a shape
  kTranspose,                                               // by the source of each axis
  kSlice,                                                   // for each axis: first, step
                                                            // and number of places
  kMean,                                                    // over some axes, which stay as 1
  kMatrixProduct,                                           // of the last two axes
  kConvolution,  // of NCHW by OIHW: stride (rows, columns), padding (top, left, bottom, right)
};

struct Operation {
  Operator what;
  std::vector<int> operands;  // by number
  std::vector<int> numbers;   // as above
};

// Returns the result; throws std::invalid_argument where shapes do not fit. Sums are in float64, rounded once.
Tensor result_of(const Operation& operation, const std::vector<const Tensor*>& operands);

}  // namespace ppcn
