#include "tile.h"

#include <algorithm>

#include "bands.h"

namespace ppcn {
namespace {

View shifted(View view, Rect to) {
  view.origin = view.at(0, to.top, to.left);
  return view;
}

class Runner {
 public:
  Runner(const Tile& tile, Arena& arena)
      : tile_(tile),
        program_(tile.program),
        arena_(arena),
        regions_(regions(tile.program, tile.segment, tile.area, {0, tile.request.rows, 0, tile.request.columns},
                       tile.request.origin)),
        maps_(program_.values().size()),
        last_use_(program_.values().size(), -1) {}

  ~Runner() { arena_.give_back_all(); }  // after an exception, too

  Sums run(bool sums_here) {
    const Segment& segment = tile_.segment;
    const int summed = sums_here ? tile_.request.summed : -1;
    Sums sums;
    for (int i = segment.first; i < segment.last; i++) {
      for (int source : program_.steps()[i].sources) last_use_[source] = i;
      last_use_[program_.inputs() + i] = i;
    }
    for (int input = 0; input < program_.inputs(); input++) {
      const Rect read = input == summed ? bounding_box(regions_.stored[input], wanted(input)) : regions_.stored[input];
      if (tile_.views[input].column_step != 1 && !read.empty()) load_padded(input, read);
      if (input == summed) sums = this->sums(input, source(input));
      if (last_use_[input] < 0) release(input);
    }
    for (int first = segment.first, last; first < segment.last; first = last) {
      last = fused_end(first);
      compute(first, last, summed);
      const int step = summed - program_.inputs();
      if (step >= first && step < last && maps_[summed].view.origin) sums = this->sums(summed, maps_[summed].view);
      for (size_t value = 0; value < last_use_.size(); value++)
        if (last_use_[value] >= first && last_use_[value] < last) release(value);
    }
    return sums;
  }

 private:
  Rect picture(int value) const {
    return scaled({0, tile_.request.rows, 0, tile_.request.columns}, program_.values()[value].scale);
  }

  // The tile's own region of a value, without halo and without rows that the caller does not want.
  Rect wanted(int value) const { return scaled(tile_.wanted(), program_.values()[value].scale); }

  // The end of the steps from `first` on that are fused row by row: their values are of one size.
  int fused_end(int first) const {
    const auto scale = [&](int i) { return program_.values()[program_.inputs() + i].scale; };
    int last = first + 1;
    while (last < tile_.segment.last && scale(last) == scale(first)) last++;
    return last;
  }

  // Whether a later step of this segment reads a value, or it is summed.
  bool kept(int value, int last, int summed) const { return last_use_[value] >= last || value == summed; }

  // Computes fused steps band by band: the rows of one are still in the cache when the next reads them, and when they
  // are copied out.
  void compute(int first, int last, int summed) {
    std::vector<bool> results;
    for (int value = program_.inputs() + first; value < program_.inputs() + last; value++)
      results.push_back(kept(value, last, summed) || live_out(value) || program_.values()[value].output);
    const Bands bands(program_, first, last, regions_, results, tile_.request.origin);
    std::vector<int> rolling;
    for (int i = first; i < last; i++) {
      const int value = program_.inputs() + i;
      Rect stored = regions_.stored[value];
      if (stored.empty()) continue;
      if (const View direct = direct_output(value); direct.origin) {
        maps_[value] = {direct, -1};
        continue;
      }
      if (!kept(value, last, summed) && bands.rolls(i)) {
        rolling.push_back(i);
        stored.bottom = stored.top + bands.height(i);
      }
      maps_[value] = arena_.take(program_.values()[value].channels, stored);
      if (regions_.computed[value].empty()) pad_with_zeros(value, maps_[value].view, stored);
    }
    for (int band = 0; band < bands.count(); band++) {
      for (int i = first; i < last; i++)
        if (!bands.computed(band, i).empty()) compute_and_copy(i, bands.computed(band, i));
      for (int i : rolling) {
        View& view = maps_[program_.inputs() + i].view;
        view.origin -= bands.computed(band, i).height() * view.row_step;
      }
    }
  }

  // Computes rows of a step's value and pads them; copies them to where others read them.
  void compute_and_copy(int i, Rect rows) {
    const int value = program_.inputs() + i;
    compute(i, rows);
    const Rect computed = regions_.computed[value], stored = regions_.stored[value];
    if (rows.top == computed.top) rows.top = stored.top;
    if (rows.bottom == computed.bottom) rows.bottom = stored.bottom;
    rows.left = stored.left, rows.right = stored.right;
    pad_with_zeros(value, maps_[value].view, rows);
    if (maps_[value].buffer >= 0) copy_out(value, rows);
  }

  void compute(int i, Rect computed) {
    const Step& step = program_.steps()[i];
    const int value = program_.inputs() + i;
    const View out = shifted(maps_[value].view, computed);
    switch (step.kind) {
      case Kind::kConvolution:
        return convolve(step, value, computed, out);
      case Kind::kPointwise:
        return program_.kernels().pointwise(
            {.a = shifted(source(step.sources[0]), computed),
             .b = step.sources.size() > 1 ? shifted(source(step.sources[1]), computed) : View{},
             .out = out,
             .scale = tile_.request.scales[number_among_its_kind(i)],
             .shift = tile_.request.shifts[number_among_its_kind(i)],
             .function = step.function,
             .slope = step.slope,
             .channels = program_.values()[value].channels,
             .rows = computed.height(),
             .columns = computed.width()});
      case Kind::kConcatenate: {
        View to = out;
        for (int part : step.sources) {
          const int channels = program_.values()[part].channels;
          copy(shifted(source(part), computed), to, channels, computed);
          to.origin += channels * to.channel_step;
        }
        return;
      }
      case Kind::kPixelShuffle:
        return pixel_shuffle(step.factor, source(step.sources[0]), out, program_.values()[value].channels, computed);
      case Kind::kLayerNorm:
      case Kind::kMoments:
        return program_.kernels().layer_norm({.input = shifted(source(step.sources[0]), computed),
                                             .output = out,
                                             .scale = step.kind == Kind::kLayerNorm ? step.weights.data() : nullptr,
                                             .shift = step.bias.data(),
                                             .epsilon = step.epsilon,
                                             .channels = program_.values()[step.sources[0]].channels,
                                             .rows = computed.height(),
                                             .columns = computed.width()});
      case Kind::kMaxPool:
      case Kind::kPooledConvolution:
        return pool(step, value, computed);
      case Kind::kSlice:
        return program_.kernels().slice({.input = source(step.sources[0]),
                                         .output = maps_[value].view,
                                         .grid = tile_.request.grids[number_among_its_kind(i)],
                                         .levels = step.levels,
                                         .cells = step.cells,
                                         .top = computed.top,
                                         .bottom = computed.bottom,
                                         .left = computed.left,
                                         .right = computed.right,
                                         .origin = tile_.request.origin,
                                         .photo_rows = tile_.request.photo_rows,
                                         .photo_columns = tile_.request.columns},
                                        arena_.scratch);
    }
  }

  // The number of a step among those of its kind.
  int number_among_its_kind(int i) const {
    const auto first = program_.steps().begin(), own = first + i;
    return std::count_if(first, own, [&](const Step& step) { return step.kind == own->kind; });
  }

  // A max-pool or a pooled convolution, part by part of the channels, each with windows of its own.
  void pool(const Step& step, int value, Rect computed) {
    const bool max_pool = step.kind == Kind::kMaxPool;
    const int channels = program_.values()[step.sources[0]].channels / step.windows.size();
    View map = source(step.sources[0]), out = maps_[value].view;
    View pooled = max_pool ? out : step.pooled < 0 ? View{} : source(step.pooled);
    Moments moments = this->moments(step, {});
    for (size_t part = 0; part < step.windows.size(); part++) {
      const int window = step.windows[part];
      const bool reads_map = max_pool || window == 1;
      Pooling task{.input = reads_map ? map : pooled,
                   .output = max_pool ? pooled : out,
                   .moments = reads_map ? moments : Moments{},
                   .channels = channels,
                   .window = window,
                   .top = computed.top,
                   .bottom = computed.bottom,
                   .left = computed.left,
                   .right = computed.right,
                   .picture_rows = tile_.request.rows,
                   .picture_columns = tile_.request.columns,
                   .start = tile_.request.origin % window};
      if (max_pool && window > 1) program_.kernels().max_pool(task);
      if (!max_pool) {
        task.weights = step.weights.data() + 9 * channels * part, task.bias = step.bias.data() + channels * part;
        program_.kernels().pooled_convolution(task, arena_.scratch);
      }
      map.origin += channels * map.channel_step;
      out.origin += channels * out.channel_step;
      if (window > 1) pooled.origin += channels * pooled.channel_step;
      if (moments.scale) moments.scale += channels, moments.shift += channels;
    }
  }

  // What a step normalises with, from the first pixel of a region on.
  Moments moments(const Step& step, Rect region) {
    if (step.moments < 0) return {};
    const Step& maker = program_.maker(step.moments);
    return {shifted(source(step.moments), region), maker.weights.data(), maker.bias.data()};
  }

  void convolve(const Step& step, int value, Rect computed, const View& out) {
    const int from = step.sources[0], inputs = program_.values()[from].channels;
    const Arena::Map padded = step.mirrored ? load_mirrored(from, receptive_field(step, computed, 0)) : Arena::Map{};
    // Winograd's algorithm reads each row once: straight from memory, where no padding is needed.
    if (!step.mirrored && !maps_[from].view.origin && !(step.winograd && inside_picture(from)))
      load_padded(from, regions_.stored[from]);
    const View in = step.mirrored ? padded.view : source(from);
    if (step.winograd) {
      program_.kernels().winograd({.input = shifted(in, computed),
                                   .output = out,
                                   .inputs = inputs,
                                   .outputs = program_.values()[value].channels,
                                   .dilation = step.dilation,
                                   .weights = step.weights.data(),
                                   .bias = step.bias.data(),
                                   .function = step.function,
                                   .slope = step.slope,
                                   .rows = computed.height(),
                                   .columns = computed.width()},
                                  arena_.scratch);
      return;
    }
    const int stride = step.stride, top = computed.top * stride - step.top, left = computed.left * stride - step.left;
    Arena::Map columns;  // at a stride: deinterleaved, so that those that a tap reads lie side by side
    View view = in;
    if (stride > 1) {
      const int bottom = receptive_field(step, computed, 0).bottom, right = regions_.stored[from].right;
      columns = deinterleave_columns(in, inputs, stride, {top, bottom, left, right});
      view = columns.view;
    }
    const int group_inputs = inputs / step.groups, group_outputs = program_.values()[value].channels / step.groups;
    std::vector<int> offsets;
    for (int c = 0; c < group_inputs; c++)
      for (int y = 0; y < step.kernel_height; y++)
        for (int x = 0; x < step.kernel_width; x++) {
          const int across = x * step.dilation;
          offsets.push_back((c * stride + across % stride) * view.channel_step + y * step.dilation * view.row_step +
                            across / stride);
        }
    std::vector<int> chosen;  // offsets, block by block
    for (const auto& taps : step.taps)
      for (int tap : taps) chosen.push_back(offsets[tap]);
    std::vector<Block> blocks;
    const float* weights = step.weights.data();
    const int* offset = chosen.data();
    const int size = program_.kernels().block_outputs, group_blocks = (group_outputs + size - 1) / size;
    for (size_t i = 0; i < step.taps.size(); i++) {
      const int taps = step.taps[i].size(), first = i % group_blocks * size;
      blocks.push_back({offset, taps, weights});
      offset += taps, weights += taps * std::min(size, group_outputs - first);
    }
    Convolution group{.input = stride > 1 ? view.origin : view.at(0, top, left),
                     .blocks = blocks.data(),
                     .input_row_step = stride * view.row_step,
                     .bias = step.bias.data(),
                     .outputs = group_outputs,
                     .function = step.function,
                     .slope = step.slope,
                     .output = out.origin,
                     .output_row_step = out.row_step,
                     .output_channel_step = out.channel_step,
                     .rows = computed.height(),
                     .columns = computed.width(),
                     .times = step.times < 0 ? View{} : shifted(source(step.times), computed),
                     .plus = step.plus < 0 ? View{} : shifted(source(step.plus), computed),
                     .moments = moments(step, computed),
                     .streamed = program_.values()[value].output && maps_[value].buffer < 0};
    for (int i = 0; i < step.groups; i++) {
      program_.kernels().convolve(group);
      group.input += group_inputs * stride * view.channel_step;
      group.blocks += group_blocks;
      group.bias += group_outputs;
      group.output += group_outputs * group.output_channel_step;
      for (View* map : {&group.times, &group.plus})
        if (map->origin) map->origin += group_outputs * map->channel_step;
      if (group.moments.scale) group.moments.scale += group_outputs, group.moments.shift += group_outputs;
    }
    if (stride > 1) arena_.give_back(columns);
    if (step.mirrored) arena_.give_back(padded);
  }

  // Copies a region of a value, with symmetric padding (1 0 | 0 1 ...) around the picture.
  Arena::Map load_mirrored(int value, Rect region) {
    const Rect whole = picture(value), inside = intersect(region, whole);
    const int channels = program_.values()[value].channels;
    const Arena::Map map = arena_.take(channels, region);
    const View& from = source(value);
    for (int c = 0; c < channels; c++)
      for (int y = region.top; y < region.bottom; y++) {
        const float* in = from.at(c, mirrored(y, whole.bottom), 0);
        float* out = map.view.at(c, y, 0);
        std::copy(in + inside.left, in + inside.right, out + inside.left);
        for (int x = region.left; x < inside.left; x++) out[x] = in[mirrored(x, whole.right)];
        for (int x = inside.right; x < region.right; x++) out[x] = in[mirrored(x, whole.right)];
      }
    return map;
  }

  static int mirrored(int i, int size) {
    if (i < 0) return std::min(-1 - i, size - 1);
    return i < size ? i : std::max(2 * size - 1 - i, 0);
  }

  // Column x of channel c, both from those of the region on, becomes column x / stride of channel c * stride + x %
  // stride.
  Arena::Map deinterleave_columns(const View& map, int channels, int stride, Rect region) {
    const int width = (region.width() + stride - 1) / stride;
    const Arena::Map found = arena_.take(channels * stride, {0, region.height(), 0, width});
    for (int c = 0; c < channels * stride; c++)
      for (int y = 0; y < region.height(); y++) {
        const float* from = map.at(c / stride, region.top + y, region.left + c % stride);
        float* to = found.view.at(c, y, 0);
        for (int x = 0; x * stride + c % stride < region.width(); x++) to[x] = from[x * stride];
      }
    return found;
  }

  static void pixel_shuffle(int factor, const View& from, const View& to, int channels, Rect computed) {
    for (int c = 0; c < channels; c++)
      for (int y = computed.top; y < computed.bottom; y++)
        for (int phase = 0; phase < factor; phase++) {
          const float* in = from.at((c * factor + y % factor) * factor + phase, y / factor, 0);
          float* out = to.at(c, y - computed.top, 0) - computed.left;
          const int first = (computed.left - phase + factor - 1) / factor;
          for (int x = std::max(first, 0); x * factor + phase < computed.right; x++) out[x * factor + phase] = in[x];
        }
  }

  void copy(const View& from, const View& to, int channels, Rect size) const {
    program_.kernels().copy(from, to, channels, size.height(), size.width());
  }

  // Copies a region of a value in memory into a buffer, with zero padding around the picture.
  void load_padded(int value, Rect stored) {
    const Rect inside = intersect(stored, picture(value));
    maps_[value] = arena_.take(program_.values()[value].channels, stored);
    if (!inside.empty())
      copy(shifted(tile_.views[value], inside), shifted(maps_[value].view, inside), program_.values()[value].channels,
           inside);
    pad_with_zeros(value, maps_[value].view, stored);
  }

  // Whether the region that is read of a value, and a vector more, lies inside the picture.
  bool inside_picture(int value) const {
    Rect read = regions_.stored[value];
    read.right += program_.kernels().lanes;
    return intersect(read, picture(value)) == read;
  }

  // Fills what a map stores outside the picture with zeros.
  void pad_with_zeros(int value, const View& view, Rect stored) {
    const Rect inside = intersect(stored, picture(value));
    if (inside.top == stored.top && inside.bottom == stored.bottom && inside.left == stored.left &&
        inside.right == stored.right)
      return;
    for (int c = 0; c < program_.values()[value].channels; c++)
      for (int y = stored.top; y < stored.bottom; y++) {
        float* row = view.at(c, y, 0);
        if (inside.empty() || y < inside.top || y >= inside.bottom) {
          std::fill(row + stored.left, row + stored.right, 0.f);
        } else {
          std::fill(row + stored.left, row + inside.left, 0.f);
          std::fill(row + inside.right, row + stored.right, 0.f);
        }
      }
  }

  bool live_out(int value) const {
    const auto& all = tile_.segment.live_out;
    return std::count(all.begin(), all.end(), value);
  }

  // Where an output goes, in the picture's coordinates.
  View destination(int value) const {
    const auto& values = program_.values();
    const int number = std::count_if(values.begin(), values.begin() + value, [](const Value& v) { return v.output; });
    View out = tile_.request.outputs[number];
    out.origin -= long(tile_.request.top) * values[value].scale * out.row_step;
    return out;
  }

  // Where later segments or the caller want a value, if it can be computed right there: it has neither halo nor
  // padding, consists of whole vectors, and no step of this segment reads it, which would find it far from the caches.
  View direct_output(int value) const {
    const Value& v = program_.values()[value];
    const Rect own = scaled(tile_.area, v.scale);
    const bool read = last_use_[value] > value - program_.inputs();
    if (read || live_out(value) == v.output || regions_.computed[value] != own || regions_.stored[value] != own ||
        own.width() % program_.kernels().lanes)
      return {};
    if (!v.output) return tile_.views[value];
    if (tile_.request.outputs.empty()) return {};
    const View to = destination(value);
    return wanted(value) == own && whole_lines(shifted(to, own)) && program_.maker(value).has_epilogue() ? to : View{};
  }

  // Whether a map consists of whole lines of the cache.
  static bool whole_lines(const View& map) {
    return map.column_step == 1 && map.row_step % kLine == 0 && map.channel_step % kLine == 0 &&
           aligned(map.origin) == map.origin;
  }

  // Copies a region of a value to where later segments and the caller want it.
  void copy_out(int value, Rect region) {
    const Value& v = program_.values()[value];
    const auto copy_to = [&](const View& to, Rect own) {
      own = intersect(own, region);
      if (!own.empty())
        program_.kernels().copy_streaming(shifted(maps_[value].view, own), shifted(to, own), v.channels, own.height(),
                                          own.width());
    };
    if (live_out(value)) copy_to(tile_.views[value], scaled(tile_.area, v.scale));
    if (v.output && !tile_.request.outputs.empty()) copy_to(destination(value), wanted(value));
  }

  // The sums of a value's wanted pixels.
  Sums sums(int value, const View& view) const {
    const Rect own = wanted(value), cells = cells_of(tile_);
    const size_t channels = program_.values()[value].channels;
    Sums found;
    found.sums.resize(channels * cells.height() * cells.width());
    if (!tile_.request.cells) {
      found.squares.resize(channels);
      if (!own.empty())
        program_.kernels().add_sums(shifted(view, own), channels, own.height(), own.width(), found.sums.data(),
                                    found.squares.data());
      return found;
    }
    const double height = double(tile_.request.photo_rows) / tile_.request.cells;
    double* sum = found.sums.data();
    for (size_t c = 0; c < channels; c++)
      for (int i = cells.top; i < cells.bottom; i++, sum += cells.width())
        for (int y = own.top; y < own.bottom; y++) {
          const double above = tile_.request.origin + y;
          const double share = std::min(above + 1, (i + 1) * height) - std::max(above, i * height);
          if (share > 0)
            program_.kernels().add_cells({view.at(c, y, 0), own.left, own.right, tile_.request.columns,
                                          tile_.request.cells, cells.left, cells.right, share, sum});
        }
    return found;
  }

  const View& source(int value) const { return maps_[value].view.origin ? maps_[value].view : tile_.views[value]; }

  void release(int value) {
    if (maps_[value].buffer >= 0) arena_.give_back(maps_[value]);
    maps_[value] = {};
  }

  const Tile& tile_;
  const Program& program_;
  Arena& arena_;
  const Regions regions_;
  std::vector<Arena::Map> maps_;
  std::vector<int> last_use_;  // the last step that reads each value
};

}  // namespace

Rect Tile::wanted() const { return intersect(area, {request.top, request.bottom, 0, request.columns}); }

Rect cells_of(const Tile& tile) {
  const Rect own = tile.wanted();
  const int count = tile.request.cells;
  if (!count) return {0, 1, 0, 1};
  if (own.empty()) return {};
  const double height = double(tile.request.photo_rows) / count, width = double(tile.request.columns) / count;
  const int origin = tile.request.origin;
  return {int((origin + own.top) / height), std::min(int((origin + own.bottom) / height) + 1, count),
          int(own.left / width), std::min(int(own.right / width) + 1, count)};
}

Sums run_tile(const Tile& tile, Arena& arena, bool sums_here) { return Runner(tile, arena).run(sums_here); }

}  // namespace ppcn
