#include "plan.h"

#include <algorithm>

namespace ppcn {
namespace {

constexpr int kRows = 32, kRowsOfWide = 16;  // multiples of every step's rows
constexpr int kNarrow = 32, kWide = 64;      // channels
constexpr int kColumnsTimesChannels = 4608, kMostColumns = 240;
constexpr double kWideHalo = 0.09;     // share of a tile's arithmetic
constexpr double kCostOfPassing = 16;  // multiplications that take as long as passing a value through memory

int floor_to(int x, int multiple) { return (x >= 0 ? x : x - multiple + 1) / multiple * multiple; }

// The multiplications for a pixel of a convolution; for other steps those that take about as long.
double cost(const Program& program, const Step& step, int channels) {
  if (step.kind == Kind::kLayerNorm || step.kind == Kind::kPooledConvolution) return 16.0 * channels;
  if (step.kind == Kind::kSlice) return 2.0 * kCoefficients * step.levels;
  if (step.kind == Kind::kMoments) return 16.0 * program.values()[step.sources[0]].channels;
  if (step.kind != Kind::kConvolution) return 4.0 * channels;
  return step.winograd ? step.weights.size() / 16.0 : step.weights.size();
}

struct Size {
  int rows, columns;
};

// Tiles' widths are multiples of this: whole lines, or as many patches as a vector has lanes (winograd.inl).
int column_multiple(const Program& program) {
  int patch = 1;
  for (const Step& step : program.steps())
    if (step.winograd) patch = std::max(patch, step.multiple());
  return patch > 1 ? patch * program.kernels().lanes : kLine;
}

// The segment of steps [first, last).
Segment segment_of(const Program& program, int first, int last) {
  Segment segment{first, last, {}};
  for (int value = program.inputs() + first; value < program.inputs() + last; value++)
    for (int i = last; i < int(program.steps().size()); i++) {
      const auto& sources = program.steps()[i].sources;
      if (std::count(sources.begin(), sources.end(), value)) {
        segment.live_out.push_back(value);
        break;
      }
    }
  return segment;
}

// The arithmetic on a tile's halos, which its neighbours do as well, and on the tile itself: multiplications.
struct Cost {
  double halos, tile;
};

Cost cost(const Program& program, const Segment& segment, Size size) {
  constexpr int far = 1 << 20;
  const Rect tile{far, far + size.rows, far, far + size.columns};
  const Regions parts = regions(program, segment, tile, {0, 2 * far, 0, 2 * far}, 0);
  double all = 0, own = 0;
  for (int i = segment.first; i < segment.last; i++) {
    const int value = program.inputs() + i;
    const Value& v = program.values()[value];
    const double each = cost(program, program.steps()[i], v.channels);
    all += each * parts.computed[value].height() * parts.computed[value].width();
    own += each * v.scale * v.scale * size.rows * size.columns;
  }
  return {all - own, own};
}

// Follows from the channels that the widest step reads and computes; at least a block of vectors of pixels or of
// patches. Tiles of narrow programs with wide halos are higher.
Size tile_size(const Program& program) {
  int widest = 1;
  for (size_t i = 0; i < program.steps().size(); i++) {
    int channels = program.values()[program.inputs() + i].channels;
    for (int source : program.steps()[i].sources) channels += program.values()[source].channels;
    widest = std::max(widest, channels);
  }
  // Pooled convolutions have wide halos: these cost less beside high tiles, which outweighs that less fits into the
  // cache.
  const auto pooled = [](const Step& step) { return step.kind == Kind::kPooledConvolution; };
  const bool low = widest > kWide && std::none_of(program.steps().begin(), program.steps().end(), pooled);
  const int block = column_multiple(program) * program.kernels().block_vectors;
  const int columns = floor_to(kColumnsTimesChannels / widest, block);
  const Size size{low ? kRowsOfWide : kRows, std::clamp(columns, block, std::max(block, kMostColumns))};
  if (widest > kNarrow) return size;
  const Cost whole = cost(program, segment_of(program, 0, program.steps().size()), size);
  return whole.halos > kWideHalo * whole.tile ? Size{3 * size.rows, size.columns} : size;
}

// Whether fusing two neighbouring segments takes less time than passing values from one to the other in memory.
bool fusing_pays(const Program& program, const Segment& a, const Segment& b, Size size) {
  const Cost both = cost(program, segment_of(program, a.first, b.last), size);
  const double again = both.halos - cost(program, a, size).halos - cost(program, b, size).halos;
  double passed = 0;
  for (int value : a.live_out) {
    const auto reads = [&](const Step& step) { return std::count(step.sources.begin(), step.sources.end(), value); };
    const auto steps = program.steps().begin();
    if (const Value& v = program.values()[value]; std::any_of(steps + b.first, steps + b.last, reads))
      passed += double(v.channels) * v.scale * v.scale * size.rows * size.columns;
  }
  return again <= kCostOfPassing * passed;
}

}  // namespace

int ceil_to(int x, int multiple) { return -floor_to(-x, multiple); }

Rect bounding_box(Rect a, Rect b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return {std::min(a.top, b.top), std::max(a.bottom, b.bottom), std::min(a.left, b.left), std::max(a.right, b.right)};
}

Rect intersect(Rect a, Rect b) {
  return {std::max(a.top, b.top), std::min(a.bottom, b.bottom), std::max(a.left, b.left), std::min(a.right, b.right)};
}

Rect scaled(Rect r, int scale) { return {r.top * scale, r.bottom * scale, r.left * scale, r.right * scale}; }

Rect receptive_field(const Step& step, Rect r, int origin) {
  switch (step.kind) {
    case Kind::kConvolution:
      return {r.top * step.stride - step.top,
              (r.bottom - 1) * step.stride - step.top + (step.kernel_height - 1) * step.dilation + 1,
              r.left * step.stride - step.left,
              (r.right - 1) * step.stride - step.left + (step.kernel_width - 1) * step.dilation + 1};
    case Kind::kPixelShuffle:
      return {floor_to(r.top, step.factor) / step.factor, ceil_to(r.bottom, step.factor) / step.factor,
              floor_to(r.left, step.factor) / step.factor, ceil_to(r.right, step.factor) / step.factor};
    case Kind::kPooledConvolution: {  // whole windows and their neighbours
      const int side = step.largest_window(), start = origin % side;
      return {floor_to(r.top + start, side) - start - side, ceil_to(r.bottom + start, side) - start + side,
              floor_to(r.left, side) - side, ceil_to(r.right, side) + side};
    }
    default:
      return r;
  }
}

Regions regions(const Program& program, const Segment& segment, Rect tile, Rect picture, int origin) {
  const auto& values = program.values();
  Regions parts{std::vector<Rect>(values.size()), std::vector<Rect>(values.size())};
  std::vector<Rect> needed(values.size());
  for (int value : segment.live_out) needed[value] = scaled(tile, values[value].scale);
  for (int i = segment.last - 1; i >= segment.first; i--) {
    const Step& step = program.steps()[i];
    const int value = program.inputs() + i;
    if (values[value].output) needed[value] = bounding_box(needed[value], scaled(tile, values[value].scale));
    if (needed[value].empty()) continue;
    Rect& computed = parts.computed[value];
    computed = intersect(needed[value], scaled(picture, values[value].scale));
    if (computed.empty()) {
      computed = {};
    } else {
      const int multiple = step.multiple(), start = origin * values[value].scale % multiple;
      computed.top = floor_to(computed.top + start, multiple) - start;
      computed.bottom = ceil_to(computed.bottom + start, multiple) - start;
      computed.left = floor_to(computed.left, multiple);
      computed.right = ceil_to(computed.right, multiple);
      // The picture cuts windows.
      if (step.kind == Kind::kMaxPool) computed = intersect(computed, scaled(picture, values[value].scale));
    }
    parts.stored[value] = bounding_box(needed[value], computed);
    if (computed.empty()) continue;
    for (int source : step.sources)
      needed[source] = bounding_box(needed[source], receptive_field(step, computed, origin));
  }
  for (int value = 0; value < program.inputs() + segment.first; value++) parts.stored[value] = needed[value];
  return parts;
}

int halo(const Program& program) {
  // It depends on where a row lies among multiples of rows: the largest counts.
  constexpr int period = 8, far = 1 << 16;
  const Segment whole{0, int(program.steps().size()), {}};
  int found = 0;
  for (int offset = 0; offset < period; offset++) {
    const Rect row{far + offset, far + offset + 1, far, far + 1};
    const Regions parts = regions(program, whole, row, {0, 2 * far, 0, 2 * far}, 0);
    for (size_t i = 0; i < program.steps().size(); i++)
      for (int source : program.steps()[i].sources) {
        if (source >= program.inputs()) continue;
        const Rect read = receptive_field(program.steps()[i], parts.computed[program.inputs() + i], 0);
        found = std::max({found, row.top - read.top, read.bottom - row.bottom});
      }
  }
  return found;
}

std::vector<Segment> segments(const Program& program) {
  std::vector<Segment> found;
  const Size size = tile_size(program);
  const int steps = program.steps().size();
  for (int first = 0, last; first < steps; first = last) {
    for (last = first + 1; last < steps; last++)
      if (!fusing_pays(program, segment_of(program, first, last), segment_of(program, last, last + 1), size)) break;
    found.push_back(segment_of(program, first, last));
  }
  return found;
}

std::vector<Rect> tiles(const Program& program, Rect area) {
  const auto [rows, most] = tile_size(program);
  const int step = column_multiple(program), units = (area.width() + step - 1) / step;
  const int across = (area.width() + most - 1) / most;
  // Columns are shared evenly: a last tile of the remainder would hardly fill a vector.
  const auto edge = [&](int i) { return std::min(area.left + i * units / across * step, area.right); };
  std::vector<Rect> found;
  // The last tiles are half as high, so that threads finish at nearly the same time.
  for (int top = area.top, bottom; top < area.bottom; top = bottom) {
    bottom = area.bottom - top > 2 * rows ? top + rows : std::min(top + rows / 2, area.bottom);
    for (int i = 0; i < across; i++) found.push_back({top, bottom, edge(i), edge(i + 1)});
  }
  return found;
}

}  // namespace ppcn
