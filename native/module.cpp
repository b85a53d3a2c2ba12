// The Python module ppcn_native.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "sweeps.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ppcn {
namespace {

// Maps: channels x rows x columns, any number of floats apart.
using Maps = nb::ndarray<float, nb::ndim<3>, nb::device::cpu>;
using ReadOnlyMaps = nb::ndarray<const float, nb::ndim<3>, nb::device::cpu>;
using Vector = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Grid = nb::ndarray<const float, nb::ndim<4>, nb::c_contig, nb::device::cpu>;
using Range = std::pair<int, int>;

template <class Array>
View view(const Array& maps, size_t channels, size_t rows, size_t columns) {
  if (maps.shape(0) != channels || maps.shape(1) != rows || maps.shape(2) != columns)
    throw std::invalid_argument("maps do not have the shape that the program needs");
  return {const_cast<float*>(maps.data()), maps.stride(0), maps.stride(1), columns == 1 ? 1 : maps.stride(2)};
}

const Kernels& kernels(const std::string& simd) {
  const Kernels* found = find_kernels(simd);
  if (!found) throw std::invalid_argument("this processor has no instruction set '" + simd + "'");
  return *found;
}

std::span<const uint8_t> bytes_of(const nb::bytes& bytes) {
  return {static_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

nb::object run(const Executor& executor, const std::vector<ReadOnlyMaps>& inputs, int top, Range rows,
               const std::vector<Maps>& outputs, const std::vector<std::pair<Vector, Vector>>& affine, int summed,
               int cells, int threads, const std::vector<Grid>& grids, int photo_rows) {
  if (threads < 1) throw std::invalid_argument("a program runs on at least one thread");
  const auto& values = executor.program().values();
  if (inputs.empty() || inputs.size() != size_t(executor.program().inputs()))
    throw std::invalid_argument("the number of inputs is not the program's");
  const size_t height = inputs[0].shape(1), width = inputs[0].shape(2);
  constexpr int most = 1 << 24;  // rows and columns, so that those of enlarged values are within an int
  if (height > most || width > most || width == 0 || top < 0 || top > most || rows.first < 0 ||
      rows.first >= rows.second || size_t(rows.second) > height || summed >= int(values.size()))
    throw std::invalid_argument("rows or the summed value are outside the program's maps");
  if (cells < 0 || cells > 1024 ||
      (cells && (summed < 0 || values[summed].scale != 1 || photo_rows < top + int(height))))
    throw std::invalid_argument(
        "sums over cells need a value as large as the inputs, the photo's rows, and at most 1024 cells along a side");
  Request request{.rows = int(height), .columns = int(width), .origin = top, .top = rows.first, .bottom = rows.second,
                  .photo_rows = std::clamp(photo_rows, top + int(height), 2 * most), .summed = summed, .cells = cells,
                  .threads = threads};
  for (size_t i = 0; i < inputs.size(); i++)
    request.inputs.push_back(view(inputs[i], values[i].channels, height, width));
  auto output = outputs.begin();
  auto pair = affine.begin();
  auto grid = grids.begin();
  for (size_t i = 0; i < values.size(); i++) {
    if (values[i].output && (!outputs.empty() || summed < 0)) {
      if (output == outputs.end()) throw std::invalid_argument("an output is missing");
      const size_t made = size_t(rows.second - rows.first) * values[i].scale;
      request.outputs.push_back(view(*output++, values[i].channels, made, width * values[i].scale));
    }
    if (i >= inputs.size() && executor.program().maker(i).kind == Kind::kPointwise) {
      if (pair == affine.end() || pair->first.size() != size_t(values[i].channels) ||
          pair->second.size() != size_t(values[i].channels))
        throw std::invalid_argument("a pointwise step lacks its scales and shifts");
      request.scales.push_back(pair->first.data());
      request.shifts.push_back(pair->second.data());
      ++pair;
    }
    if (i >= inputs.size() && executor.program().maker(i).kind == Kind::kSlice) {
      if (grid == grids.end() || grid->size() != executor.program().maker(i).grid_size())
        throw std::invalid_argument("a slice lacks its grid");
      request.grids.push_back((grid++)->data());
    }
  }
  Sums found;
  {
    nb::gil_scoped_release release;
    found = executor.run(request);
  }
  return nb::make_tuple(found.sums, found.squares);
}

// One run over one picture; see sweeps.h.
class PictureSweeps {
 public:
  PictureSweeps(const Network& network, int rows, int columns, uint64_t memory, int threads)
      : columns_(columns), scale_(network.scale()), sweeps_(network, rows, columns, memory, threads) {}

  bool next() {
    nb::gil_scoped_release release;
    return sweeps_.next();
  }
  Range reads() const { return {sweeps_.reads().top, sweeps_.reads().bottom}; }
  Range makes() const { return {sweeps_.makes().top, sweeps_.makes().bottom}; }
  double done() const { return sweeps_.done(); }

  void compute(const ReadOnlyMaps& picture, const Maps& result) {
    const View from = view(picture, 3, sweeps_.reads().count(), columns_);
    const View to = view(result, 3, sweeps_.makes().count(), columns_ * scale_);
    nb::gil_scoped_release release;
    sweeps_.compute(from, to);
  }

 private:
  const size_t columns_, scale_;
  Sweeps sweeps_;
};

}  // namespace

NB_MODULE(ppcn_native, m) {
  nb::set_leak_warnings(false);  // programs are kept until the process ends, which is no leak
  m.doc() = "The compiled kernel: stages of networks as programs on rows of maps.";
  m.def("instruction_sets", kernel_names, "The instruction sets that this processor can run, the fastest first.");
  nb::class_<Executor>(m, "Executor")
      .def("__init__", [](Executor* self, const nb::bytes& program, const std::string& simd) {
             new (self) Executor(read_program(bytes_of(program), kernels(simd)));
           },
           "program"_a, "simd"_a = "")
      .def_prop_ro("halo", &Executor::halo)
      .def_prop_ro("simd", [](const Executor& e) { return e.program().kernels().name; })
      .def("run", &run, "inputs"_a, "top"_a, "rows"_a, "outputs"_a.noconvert(), "affine"_a, "summed"_a = -1,
           "cells"_a = 0, "threads"_a = 1, "grids"_a = std::vector<Grid>{}, "photo_rows"_a = 0);
  nb::class_<Network>(m, "Network")
      .def("__init__", [](Network* self, const nb::bytes& file, const std::string& simd) {
             new (self) Network(read_network(bytes_of(file), kernels(simd)));
           },
           "file"_a, "simd"_a = "")
      .def_ro("border", &Network::border)
      .def_prop_ro("scale", &Network::scale);
  nb::class_<PictureSweeps>(m, "Sweeps")
      .def(nb::init<const Network&, int, int, uint64_t, int>(), nb::keep_alive<1, 2>(), "network"_a, "rows"_a,
           "columns"_a, "memory"_a, "threads"_a = 1)
      .def("next", &PictureSweeps::next)
      .def_prop_ro("reads", &PictureSweeps::reads)
      .def_prop_ro("makes", &PictureSweeps::makes)
      .def_prop_ro("done", &PictureSweeps::done)
      .def("compute", &PictureSweeps::compute, "picture"_a, "result"_a.noconvert());
}

}  // namespace ppcn
