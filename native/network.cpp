#include "network.h"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace ppcn {
namespace {

constexpr std::string_view kSignature = "ppcn";
constexpr int kVersion = 1;
constexpr int kMost = 1 << 24;  // of sizes, so that their products are numbers, too

void require(bool holds) {
  if (!holds) throw std::invalid_argument("a network's file cannot be read");
}

float from_half(uint16_t bits) {
  const uint32_t sign = uint32_t(bits & 0x8000) << 16, rest = bits & 0x7fff;
  // The exponent's bias changes by 112; half-precision subnormals become normal.
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(std::bit_cast<float>(rest << 13) * 0x1p112f));
}

// Numbers of four bytes, the lowest first, one after the other.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  int number() {
    int32_t found;
    std::memcpy(&found, take(sizeof found), sizeof found);
    return found;
  }

  int number(int least, int most = kMost) {
    const int found = number();
    require(found >= least && found <= most);
    return found;
  }

  float real() {
    float found;
    std::memcpy(&found, take(sizeof found), sizeof found);
    return found;
  }

  std::vector<int> numbers() {
    std::vector<int> found(count());
    for (int& each : found) each = number();
    return found;
  }

  std::vector<int> numbers(int least, int most = kMost) {
    std::vector<int> found = numbers();
    for (int each : found) require(each >= least && each <= most);
    return found;
  }

  // The count, the bytes of each (4 or 2), the values, and bytes up to a multiple of four.
  std::vector<float> reals() {
    const size_t many = number(0), width = number(2, 4);
    const uint8_t* bytes = take((many * width + 3) / 4 * 4);
    std::vector<float> found(many);
    if (width == sizeof(float) && many) std::memcpy(found.data(), bytes, many * width);
    if (width == sizeof(float)) return found;
    for (size_t i = 0; i < many; i++) {
      uint16_t half;
      std::memcpy(&half, bytes + i * width, sizeof half);
      found[i] = from_half(half);
    }
    return found;
  }

  // A count of things of at least four bytes each.
  int count() {
    const int found = number(0);
    require(size_t(found) <= rest_.size() / 4);
    return found;
  }

  const uint8_t* take(size_t bytes) {
    require(bytes <= rest_.size());
    const uint8_t* found = rest_.data();
    rest_ = rest_.subspan(bytes);
    return found;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  std::span<const uint8_t> rest_;
};

Function function_of(Reader& file) { return Function(file.number(0, int(Function::kSwish))); }

// Reads a step, and adds it to the program, which checks it.
void add_step(Reader& file, Program& program) {
  enum { kConvolution, kPointwise, kConcatenate, kPixelShuffle, kLayerNorm, kPooledConvolution, kSlice, kSteps };
  switch (file.number(0, kSteps - 1)) {
    case kConvolution: {
      const int source = file.number(), outputs = file.number();
      const std::vector<int> kernel = file.numbers();
      require(kernel.size() == 2);
      const int stride = file.number(), dilation = file.number(), top = file.number(), left = file.number();
      const bool mirrored = file.number(0, 1);
      const Function function = function_of(file);
      const float slope = file.real();
      const int times = file.number(), plus = file.number();
      const std::vector<float> weights = file.reals(), bias = file.reals();
      program.convolution(source, outputs, weights, bias, kernel, stride, dilation, top, left, mirrored, function,
                          slope, times, plus);
      break;
    }
    case kPointwise: {
      const std::vector<int> sources = file.numbers();
      require(!sources.empty());
      const Function function = function_of(file);
      program.pointwise(sources, function, file.real());
      break;
    }
    case kConcatenate: {
      const std::vector<int> sources = file.numbers();
      require(!sources.empty());
      program.concatenate(sources);
      break;
    }
    case kPixelShuffle: {
      const int source = file.number();
      program.pixel_shuffle(source, file.number());
      break;
    }
    case kLayerNorm: {
      const int source = file.number();
      const std::vector<float> scale = file.reals(), shift = file.reals();
      program.layer_norm(source, scale, shift, file.real());
      break;
    }
    case kPooledConvolution: {
      const int source = file.number();
      const std::vector<int> windows = file.numbers();
      const std::vector<float> weights = file.reals();
      program.pooled_convolution(source, windows, weights, file.reals());
      break;
    }
    case kSlice: {
      const int source = file.number(), levels = file.number();
      program.slice(source, levels, file.number());
      break;
    }
  }
}

// A program, and its outputs in the order in which they were asked for; inputs among these are passed through.
struct ProgramOutputs {
  Program program;
  std::vector<int> outputs;
};

ProgramOutputs read_program(Reader& file, const Kernels& kernels) {
  ProgramOutputs read{Program(file.numbers(1), kernels), {}};
  for (int steps = file.count(); steps > 0; steps--) add_step(file, read.program);
  read.outputs = file.numbers(0, int(read.program.values().size()) - 1);
  for (int value : read.outputs)
    if (value >= read.program.inputs()) read.program.mark_output(value);
  return read;
}

Stage read_stage(Reader& file, const Kernels& kernels, bool last) {
  const int halo = file.number(0), scale = file.number(1), row_multiple = file.number(1);
  const auto statistic = Statistic(file.number(0, int(Statistic::kThumbnail)));
  const bool observes = file.number(0, 1);
  require((scale == 1 || last) && (statistic == Statistic::kNone || !last) &&
          (!observes || statistic != Statistic::kNone));
  auto [program, outputs] = read_program(file, kernels);
  require(!outputs.empty());
  std::vector<int> channels;
  for (int value : outputs) {
    channels.push_back(program.values()[value].channels);
    require(program.values()[value].scale == scale);
  }
  const int given = file.number(0, 2);
  std::vector<Tensor> constants(file.count());
  for (Tensor& constant : constants) {
    constant = {file.numbers(1), file.reals()};
    size_t size = 1;
    for (int side : constant.shape) size *= side;
    require(size == constant.values.size());
  }
  const int lowest = -int(constants.size());
  std::vector<Operation> operations(file.count());
  int tensors = given;
  for (Operation& operation : operations) {
    const auto what = Operator(file.number(0, int(Operator::kConvolution)));
    std::vector<int> operands = file.numbers(lowest, tensors++ - 1);
    operation = {what, std::move(operands), file.numbers(-kMost)};
  }
  size_t pointwise_steps = 0, slices = 0;
  for (const Step& step : program.steps())
    pointwise_steps += step.kind == Kind::kPointwise, slices += step.kind == Kind::kSlice;
  std::vector<std::vector<Affine>> affine(file.count());
  for (auto& operators : affine)
    for (int count = file.count(); count > 0; count--) {
      const auto what = Operator(file.number(0, int(Operator::kDivide)));
      const int tensor = file.number(lowest, tensors - 1);
      operators.push_back({what, tensor, file.number(0, 1) == 1});
    }
  const std::vector<int> grids = file.numbers(lowest, tensors - 1);
  require(affine.size() == pointwise_steps && grids.size() == slices);
  Executor executor(program);
  // Rows that are computed in groups are rounded a little differently where the input ends inside a group. It ends
  // elsewhere when maps are computed again; those of the last stage never are.
  const int reach = last ? halo : std::max(halo, executor.halo());
  return {scale, row_multiple, statistic, observes, reach, outputs, channels, given, std::move(constants),
          std::move(operations), std::move(affine), grids, std::move(executor)};
}

// Affine operators as one scale and one shift for each channel.
std::pair<std::vector<float>, std::vector<float>> scale_and_shift(const std::vector<Affine>& operators, int channels,
                                                                  auto tensor) {
  std::vector<double> scale(channels, 1), shift(channels, 0);
  for (const Affine& each : operators) {
    const auto& values = tensor(each.tensor)->values;
    require(values.size() == 1 || values.size() == size_t(channels));
    for (int c = 0; c < channels; c++) {
      const double value = values[values.size() == 1 ? 0 : c];
      switch (each.what) {
        case Operator::kAdd: shift[c] += value; break;
        case Operator::kSubtract:
          if (each.first) scale[c] = -scale[c], shift[c] = value - shift[c];
          else shift[c] -= value;
          break;
        case Operator::kMultiply: scale[c] *= value, shift[c] *= value; break;
        default:
          require(!each.first);  // a division by the map
          scale[c] /= value, shift[c] /= value;
      }
    }
  }
  return {{scale.begin(), scale.end()}, {shift.begin(), shift.end()}};
}

}  // namespace

Prepared Stage::prepare(const std::vector<Tensor>& statistic) const {
  require(int(statistic.size()) == tensors_given);
  std::vector<Tensor> tensors = statistic;
  tensors.reserve(statistic.size() + operations.size());  // they are pointed to
  const auto tensor = [&](int number) { return number < 0 ? &constants[-1 - number] : &tensors[number]; };
  for (const Operation& operation : operations) {
    std::vector<const Tensor*> operands;
    for (int number : operation.operands) operands.push_back(tensor(number));
    tensors.push_back(result_of(operation, operands));
  }
  Prepared prepared;
  size_t pointwise_step = 0, slice = 0;
  const Program& program = executor.program();
  for (size_t i = 0; i < program.steps().size(); i++) {
    const int channels = program.values()[program.inputs() + i].channels;
    if (program.steps()[i].kind == Kind::kPointwise) {
      auto [scale, shift] = scale_and_shift(affine[pointwise_step++], channels, tensor);
      prepared.scales.push_back(std::move(scale)), prepared.shifts.push_back(std::move(shift));
    } else if (program.steps()[i].kind == Kind::kSlice) {
      prepared.grids.push_back(tensor(grids[slice++])->values);
      require(prepared.grids.back().size() == program.steps()[i].grid_size());
    }
  }
  return prepared;
}

Program read_program(std::span<const uint8_t> bytes, const Kernels& kernels) {
  Reader file(bytes);
  Program program = read_program(file, kernels).program;
  require(file.at_end());
  return program;
}

Network read_network(std::span<const uint8_t> bytes, const Kernels& kernels) {
  Reader file(bytes);
  require(!std::memcmp(file.take(kSignature.size()), kSignature.data(), kSignature.size()));
  if (file.number() != kVersion) throw std::invalid_argument("a network's file needs a newer program");
  Network network{.border = file.number(0, 1024), .stages = {}};
  for (int left = file.count(); left > 0; left--) network.stages.push_back(read_stage(file, kernels, left == 1));
  require(!network.stages.empty() && file.at_end());
  // Each stage takes the maps that the one before made, and its statistic.
  std::vector<int> maps{3};
  int tensors = 0;
  for (const Stage& stage : network.stages) {
    const Program& program = stage.executor.program();
    require(program.inputs() == int(maps.size()) && stage.tensors_given == tensors);
    for (size_t i = 0; i < maps.size(); i++) require(program.values()[i].channels == maps[i]);
    if (!stage.observes) maps = stage.channels;
    tensors = stage.statistic == Statistic::kNone ? 0 : stage.statistic == Statistic::kMoments ? 2 : 1;
  }
  require(network.stages.back().channels == std::vector<int>{3});
  return network;
}

}  // namespace ppcn
