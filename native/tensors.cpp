#include "tensors.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <utility>

namespace ppcn {
namespace {

void require(bool fits) {
  if (!fits) throw std::invalid_argument("the shapes of a statistic's tensors do not fit");
}

long size_of(const std::vector<int>& shape) {
  long size = 1;
  for (int side : shape) size *= side;
  return size;
}

Tensor blank(std::vector<int> shape) {
  for (int side : shape) require(side > 0);
  require(size_of(shape) < 1 << 28);
  const size_t size = size_of(shape);
  return {std::move(shape), std::vector<float>(size)};
}

// Values apart, along each axis of a row-major tensor.
std::vector<long> strides(const std::vector<int>& shape) {
  std::vector<long> steps(shape.size(), 1);
  for (int axis = int(shape.size()) - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1] * shape[axis + 1];
  return steps;
}

// Calls visit(place in the source) for each place of a shape, in order; a source's axis of step 0 is repeated.
void walk(const std::vector<int>& shape, const std::vector<long>& steps, long first, auto visit) {
  std::vector<int> place(shape.size());
  long at = first;
  for (long count = size_of(shape); count > 0; count--) {
    visit(at);
    for (int axis = int(shape.size()) - 1; axis >= 0; axis--) {
      at += steps[axis];
      if (++place[axis] < shape[axis]) break;
      at -= steps[axis] * shape[axis];
      place[axis] = 0;
    }
  }
}

// The steps of a tensor that is broadcast to a shape.
std::vector<long> broadcast_steps(const Tensor& tensor, const std::vector<int>& shape) {
  const std::vector<long> own = strides(tensor.shape);
  std::vector<long> steps(shape.size());
  const size_t before = shape.size() - tensor.shape.size();
  for (size_t axis = 0; axis < tensor.shape.size(); axis++)
    if (tensor.shape[axis] > 1) steps[before + axis] = own[axis];
  return steps;
}

std::vector<int> broadcast_shape(std::vector<int> a, std::vector<int> b) {
  if (a.size() < b.size()) std::swap(a, b);
  const size_t before = a.size() - b.size();
  for (size_t axis = 0; axis < b.size(); axis++) {
    int& side = a[before + axis];
    require(side == b[axis] || side == 1 || b[axis] == 1);
    side = std::max(side, b[axis]);
  }
  return a;
}

Tensor gather(const Tensor& from, std::vector<int> shape, const std::vector<long>& steps, long first) {
  Tensor made = blank(std::move(shape));
  auto to = made.values.begin();
  walk(made.shape, steps, first, [&](long at) { *to++ = from.values[at]; });
  return made;
}

Tensor of_two(const Tensor& a, const Tensor& b, auto function) {
  std::vector<int> shape = broadcast_shape(a.shape, b.shape);
  Tensor made = gather(a, shape, broadcast_steps(a, shape), 0);
  auto to = made.values.begin();
  walk(shape, broadcast_steps(b, shape), 0, [&](long at) { *to = function(*to, b.values[at]), ++to; });
  return made;
}

Tensor of_each(Tensor made, auto function) {
  for (float& value : made.values) value = function(value);
  return made;
}

Tensor concatenated(const std::vector<const Tensor*>& parts, int axis) {
  std::vector<int> shape = parts.at(0)->shape;
  require(axis >= 0 && axis < int(shape.size()));
  shape[axis] = 0;
  for (const Tensor* part : parts) {
    require(part->shape.size() == shape.size());
    for (int other = 0; other < int(shape.size()); other++)
      require(other == axis || part->shape[other] == shape[other]);
    shape[axis] += part->shape[axis];
  }
  Tensor made = blank(shape);
  const long row = strides(shape)[axis] * shape[axis];
  long column = 0;
  for (const Tensor* part : parts) {
    const long length = strides(part->shape)[axis] * part->shape[axis];
    for (long i = 0; i < long(part->values.size()) / length; i++)
      std::copy_n(part->values.begin() + i * length, length, made.values.begin() + i * row + column);
    column += length;
  }
  return made;
}

Tensor transposed(const Tensor& x, const std::vector<int>& axes) {
  require(axes.size() == x.shape.size());
  const std::vector<long> own = strides(x.shape);
  std::vector<int> shape;
  std::vector<long> steps;
  for (int axis : axes) {
    require(axis >= 0 && axis < int(x.shape.size()));
    shape.push_back(x.shape[axis]), steps.push_back(own[axis]);
  }
  require(size_of(shape) == long(x.values.size()));
  return gather(x, shape, steps, 0);
}

Tensor sliced(const Tensor& x, const std::vector<int>& numbers) {
  require(numbers.size() == 3 * x.shape.size());
  const std::vector<long> own = strides(x.shape);
  std::vector<int> shape;
  std::vector<long> steps;
  long first = 0;
  for (size_t axis = 0; axis < own.size(); axis++) {
    const long start = numbers[3 * axis], step = numbers[3 * axis + 1], count = numbers[3 * axis + 2];
    const long end = start + step * (count - 1);
    require(count > 0 && std::min(start, end) >= 0 && std::max(start, end) < x.shape[axis]);
    shape.push_back(count), steps.push_back(own[axis] * step);
    first += own[axis] * start;
  }
  return gather(x, shape, steps, first);
}

Tensor mean(const Tensor& x, const std::vector<int>& axes) {
  std::vector<int> shape = x.shape;
  for (int axis : axes) {
    require(axis >= 0 && axis < int(shape.size()));
    shape[axis] = 1;
  }
  Tensor made = blank(shape);
  std::vector<double> sums(made.values.size());
  auto from = x.values.begin();
  walk(x.shape, broadcast_steps(made, x.shape), 0, [&](long at) { sums[at] += *from++; });
  const double count = double(x.values.size()) / sums.size();
  std::transform(sums.begin(), sums.end(), made.values.begin(), [&](double sum) { return float(sum / count); });
  return made;
}

Tensor product(const Tensor& a, const Tensor& b) {
  require(a.shape.size() > 1 && b.shape.size() > 1);
  const int rows = a.shape[a.shape.size() - 2], inner = a.shape.back(), columns = b.shape.back();
  require(b.shape[b.shape.size() - 2] == inner);
  const auto batch = [](const Tensor& x) { return Tensor{{x.shape.begin(), x.shape.end() - 2}, {}}; };
  const Tensor batch_a = batch(a), batch_b = batch(b);
  const std::vector<int> batches = broadcast_shape(batch_a.shape, batch_b.shape);
  std::vector<long> starts_a, starts_b;
  walk(batches, broadcast_steps(batch_a, batches), 0, [&](long at) { starts_a.push_back(at * rows * inner); });
  walk(batches, broadcast_steps(batch_b, batches), 0, [&](long at) { starts_b.push_back(at * inner * columns); });
  std::vector<int> shape = batches;
  shape.push_back(rows), shape.push_back(columns);
  Tensor made = blank(shape);
  auto to = made.values.begin();
  for (size_t i = 0; i < starts_a.size(); i++)
    for (int row = 0; row < rows; row++)
      for (int column = 0; column < columns; column++) {
        const float *left = &a.values[starts_a[i] + long(row) * inner], *right = &b.values[starts_b[i] + column];
        double sum = 0;
        for (int k = 0; k < inner; k++) sum += double(left[k]) * right[long(k) * columns];
        *to++ = sum;
      }
  return made;
}

// Which of `count` places of a tap, `step` apart from -before on, lie inside `size`: the first, and the one behind the
// last.
std::pair<int, int> inside(int count, int step, int before, int size) {
  const auto places = [&](int length) { return std::clamp((length + step - 1) / step, 0, count); };
  return {places(std::max(before, 0)), places(std::max(size + before, 0))};
}

Tensor convolved(const Tensor& x, const Tensor& weights, const std::vector<int>& numbers) {
  require(x.shape.size() == 4 && weights.shape.size() == 4 && numbers.size() == 6 && x.shape[1] == weights.shape[1]);
  const int channels = x.shape[1], height = x.shape[2], width = x.shape[3];
  const int kernel_height = weights.shape[2], kernel_width = weights.shape[3];
  const int down = numbers[0], across = numbers[1], top = numbers[2], left = numbers[3];
  require(down > 0 && across > 0);
  const int rows = (height + top + numbers[4] - kernel_height) / down + 1;
  const int columns = (width + left + numbers[5] - kernel_width) / across + 1;
  Tensor made = blank({x.shape[0], weights.shape[0], rows, columns});
  std::vector<double> sums(size_t(rows) * columns);
  auto to = made.values.begin();
  for (int picture = 0; picture < x.shape[0]; picture++) {
    const float* weight = weights.values.data();
    for (int output = 0; output < weights.shape[0]; output++) {
      std::fill(sums.begin(), sums.end(), 0);
      for (int channel = 0; channel < channels; channel++) {
        const float* plane = &x.values[(long(picture) * channels + channel) * height * width];
        for (int ky = 0; ky < kernel_height; ky++)
          for (int kx = 0; kx < kernel_width; kx++, weight++) {
            const auto [first_row, last_row] = inside(rows, down, top - ky, height);
            const auto [first, last] = inside(columns, across, left - kx, width);
            for (int y = first_row; y < last_row; y++) {
              const float* from = plane + long(y * down - top + ky) * width - left + kx;
              double* sum = &sums[long(y) * columns];
              for (int x = first; x < last; x++) sum[x] += double(*weight) * from[long(x) * across];
            }
          }
      }
      to = std::copy(sums.begin(), sums.end(), to);
    }
  }
  return made;
}

}  // namespace

Tensor result_of(const Operation& operation, const std::vector<const Tensor*>& operands) {
  const auto given = [&](size_t number) -> const Tensor& { return *operands.at(number); };
  const auto& numbers = operation.numbers;
  // NaN stays NaN.
  const auto larger = [](float a, float b) { return a > b || a != a ? a : b; };
  const auto smaller = [](float a, float b) { return a < b || a != a ? a : b; };
  switch (operation.what) {
    case Operator::kAdd: return of_two(given(0), given(1), std::plus<float>());
    case Operator::kSubtract: return of_two(given(0), given(1), std::minus<float>());
    case Operator::kMultiply: return of_two(given(0), given(1), std::multiplies<float>());
    case Operator::kDivide: return of_two(given(0), given(1), std::divides<float>());
    case Operator::kMaximum: return of_two(given(0), given(1), larger);
    case Operator::kMinimum: return of_two(given(0), given(1), smaller);
    case Operator::kAbsolute: return of_each(given(0), [](float x) { return std::fabs(x); });
    case Operator::kSquareRoot: return of_each(given(0), [](float x) { return std::sqrt(x); });
    case Operator::kLogarithm: return of_each(given(0), [](float x) { return std::log(x); });
    case Operator::kConcatenate: return concatenated(operands, numbers.at(0));
    case Operator::kReshape:
      require(size_of(numbers) == long(given(0).values.size()));
      return {numbers, given(0).values};
    case Operator::kTranspose: return transposed(given(0), numbers);
    case Operator::kSlice: return sliced(given(0), numbers);
    case Operator::kMean: return mean(given(0), numbers);
    case Operator::kMatrixProduct: return product(given(0), given(1));
    case Operator::kConvolution: return convolved(given(0), given(1), numbers);
  }
  throw std::invalid_argument("an operation on tensors is unknown");
}

}  // namespace ppcn
