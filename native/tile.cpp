#include "tile.h"

#include <algorithm>

namespace ppcn {
namespace {

constexpr int kFewestRows = 4;  // of a chain's values at a time

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
        parts_(regions(tile.program, tile.segment, tile.part, {0, tile.request.rows, 0, tile.request.columns},
                       tile.request.origin)),
        maps_(program_.values().size()),
        uses_(program_.values().size(), -1) {}

  ~Runner() { arena_.give_back_all(); }  // after an exception, too

  void run(int counted, double* plain, double* squares) {
    const Segment& segment = tile_.segment;
    for (int i = segment.first; i < segment.last; i++) {
      for (int source : program_.steps()[i].sources) uses_[source] = i;
      uses_[program_.inputs() + i] = i;
    }
    for (int input = 0; input < program_.inputs(); input++) {
      const Rect read = input == counted ? join(parts_.held[input], wanted(input)) : parts_.held[input];
      if (tile_.views[input].column_step != 1 && !read.empty()) fetch(input, read);
      if (input == counted) count(input, source(input), plain, squares);
      if (uses_[input] < 0) release(input);
    }
    for (int first = segment.first, last; first < segment.last; first = last) {
      last = chain(first);
      make(first, last, counted);
      for (int i = first; i < last; i++) {
        const int value = program_.inputs() + i;
        if (parts_.held[value].empty() || moves(value, last, counted)) continue;
        clear_around(value, maps_[value].view, parts_.held[value]);
        if (maps_[value].buffer >= 0) deliver(value, parts_.held[value]);
        if (value == counted) count(value, maps_[value].view, plain, squares);
      }
      for (size_t value = 0; value < uses_.size(); value++)
        if (uses_[value] >= first && uses_[value] < last) release(value);
    }
  }

 private:
  Rect picture(int value) const {
    return grow({0, tile_.request.rows, 0, tile_.request.columns}, program_.values()[value].scale);
  }

  // The tile's own part of a value, without halo and without the rows that the caller does not want.
  Rect wanted(int value) const {
    const Rect rows{tile_.request.top, tile_.request.bottom, 0, tile_.request.columns};
    return grow(intersect(tile_.part, rows), program_.values()[value].scale);
  }

  // The end of a chain of steps from `first` on, of values of one size: of what those before it make, each reads just the
  // pixels that it makes itself.
  int chain(int first) const {
    const auto& values = program_.values();
    const int begin = program_.inputs() + first;
    for (int i = first + 1; i < tile_.segment.last; i++) {
      const int value = program_.inputs() + i;
      const Step& step = program_.steps()[i];
      const auto in_chain = [&](int source) { return source >= begin; };
      const bool reads = std::any_of(step.sources.begin(), step.sources.end(), in_chain);
      if (values[value].scale != values[begin].scale ||
          (reads && read_by(step, parts_.made[value], tile_.request.origin) != parts_.made[value]))
        return i;
    }
    return tile_.segment.last;
  }

  // Whether nobody in this segment reads a value but the steps before `last`.
  bool moves(int value, int last, int counted) const { return uses_[value] < last && value != counted; }

  // Makes a chain's values, a few rows at a time: what one step makes is still in the cache when the next reads it, and when
  // it is copied for those who want it. Of what no other step reads only those rows are kept.
  void make(int first, int last, int counted) {
    Rect all;
    int height = kFewestRows;
    for (int i = first; i < last; i++) {
      all = join(all, parts_.made[program_.inputs() + i]);
      height = std::max(height, program_.steps()[i].band());
    }
    const int start = tile_.request.origin * program_.values()[program_.inputs() + first].scale % height;
    int top = all.top - (all.top + start) % height;
    if (last == first + 1) top = all.top, height = all.height();

    std::vector<int> moving;  // values of whose maps only a band is kept
    for (int i = first; i < last; i++) {
      const int value = program_.inputs() + i, channels = program_.values()[value].channels;
      const Rect held = parts_.held[value];
      if (held.empty()) continue;
      const View direct = place(value);
      const bool band = !direct.origin && moves(value, last, counted);
      if (band) moving.push_back(value);
      maps_[value] = direct.origin ? Arena::Map{direct, -1}
                                   : arena_.take(channels, band ? Rect{top, top + height, held.left, held.right} : held);
    }
    for (; top < all.bottom; top += height) {
      for (int i = first; i < last; i++) {
        Rect made = parts_.made[program_.inputs() + i];
        made.top = std::max(made.top, top), made.bottom = std::min(made.bottom, top + height);
        if (!made.empty()) make(i, made);
      }
      for (int value : moving) {
        Rect band = parts_.held[value];
        band.top = top, band.bottom = top + height;
        deliver(value, band);
        maps_[value].view.origin -= height * maps_[value].view.row_step;
      }
    }
  }

  void make(int i, Rect made) {
    const Step& step = program_.steps()[i];
    const int value = program_.inputs() + i;
    const View out = shifted(maps_[value].view, made);
    switch (step.kind) {
      case Kind::kConvolution:
        return convolve(step, value, made, out);
      case Kind::kPointwise:
        return program_.kernels().pointwise(
            {.a = shifted(source(step.sources[0]), made),
             .b = step.sources.size() > 1 ? shifted(source(step.sources[1]), made) : View{},
             .out = out,
             .scale = tile_.request.scales[number(i)],
             .shift = tile_.request.shifts[number(i)],
             .function = step.function,
             .slope = step.slope,
             .channels = program_.values()[value].channels,
             .rows = made.height(),
             .columns = made.width()});
      case Kind::kConcatenate: {
        View to = out;
        for (int part : step.sources) {
          const int channels = program_.values()[part].channels;
          copy(shifted(source(part), made), to, channels, made);
          to.origin += channels * to.channel_step;
        }
        return;
      }
      case Kind::kShuffle:
        return shuffle(step.factor, source(step.sources[0]), out, program_.values()[value].channels, made);
      case Kind::kNormalise:
      case Kind::kMoments:
        return program_.kernels().normalise({.input = shifted(source(step.sources[0]), made),
                                             .output = out,
                                             .scale = step.kind == Kind::kNormalise ? step.weights.data() : nullptr,
                                             .shift = step.bias.data(),
                                             .epsilon = step.epsilon,
                                             .channels = program_.values()[step.sources[0]].channels,
                                             .rows = made.height(),
                                             .columns = made.width()});
      case Kind::kLargest:
      case Kind::kWindows:
        return windows(step, value, made);
    }
  }

  // Which of the pointwise steps a step is.
  int number(int i) const {
    return std::count_if(program_.steps().begin(), program_.steps().begin() + i,
                         [](const Step& step) { return step.kind == Kind::kPointwise; });
  }

  // Part by part of the channels, each with a side of its own: what is largest in windows, or sums of these.
  void windows(const Step& step, int value, Rect made) {
    const bool finds = step.kind == Kind::kLargest;
    const int channels = program_.values()[step.sources[0]].channels / step.sides.size();
    View map = source(step.sources[0]), out = maps_[value].view;
    View largest = finds ? out : step.largest < 0 ? View{} : source(step.largest);
    Moments moments = this->moments(step, {});
    for (size_t part = 0; part < step.sides.size(); part++) {
      const int side = step.sides[part];
      const bool coarse = side > 1;  // else the map's pixels are the windows
      Windows task{.input = finds || !coarse ? map : largest,
                   .output = finds ? largest : out,
                   .moments = finds || !coarse ? moments : Moments{},
                   .channels = channels,
                   .side = side,
                   .top = made.top,
                   .bottom = made.bottom,
                   .left = made.left,
                   .right = made.right,
                   .picture_rows = tile_.request.rows,
                   .picture_columns = tile_.request.columns,
                   .start = tile_.request.origin % side};
      if (finds && coarse) program_.kernels().largest(task);
      if (!finds) {
        task.weights = step.weights.data() + 9 * channels * part, task.bias = step.bias.data() + channels * part;
        program_.kernels().windows(task, arena_.scratch);
      }
      map.origin += channels * map.channel_step;
      out.origin += channels * out.channel_step;
      if (coarse) largest.origin += channels * largest.channel_step;
      if (moments.scale) moments.scale += channels, moments.shift += channels;
    }
  }

  // What a step normalises with, from the first row and column of a part on.
  Moments moments(const Step& step, Rect part) {
    if (step.moments < 0) return {};
    const Step& maker = program_.maker(step.moments);
    return {shifted(source(step.moments), part), maker.weights.data(), maker.bias.data()};
  }

  void convolve(const Step& step, int value, Rect made, const View& out) {
    const int from = step.sources[0], inputs = program_.values()[from].channels;
    const Arena::Map with_mirror = step.mirrored ? mirror(from, read_by(step, made, 0)) : Arena::Map{};
    // Winograd's way reads each row once, and so from anywhere that has all of them.
    if (!step.mirrored && !maps_[from].view.origin && !(step.by_groups && inner(from)))
      fetch(from, parts_.held[from]);
    const View in = step.mirrored ? with_mirror.view : source(from);
    if (step.by_groups) {
      program_.kernels().winograd({.input = shifted(in, made),
                                   .output = out,
                                   .inputs = inputs,
                                   .outputs = program_.values()[value].channels,
                                   .dilation = step.dilation,
                                   .weights = step.weights.data(),
                                   .bias = step.bias.data(),
                                   .function = step.function,
                                   .slope = step.slope,
                                   .rows = made.height(),
                                   .columns = made.width()},
                                  arena_.scratch);
      return;
    }
    const int stride = step.stride, top = made.top * stride - step.top, left = made.left * stride - step.left;
    Arena::Map columns;  // at a stride: those that a tap reads lie side by side
    View view = in;
    if (stride > 1) {
      columns = part_columns(in, inputs, stride, {top, read_by(step, made, 0).bottom, left, parts_.held[from].right});
      view = columns.view;
    }
    const int part_inputs = inputs / step.parts, part_outputs = program_.values()[value].channels / step.parts;
    std::vector<int> offsets;
    for (int c = 0; c < part_inputs; c++)
      for (int y = 0; y < step.kernel_height; y++)
        for (int x = 0; x < step.kernel_width; x++) {
          const int across = x * step.dilation;
          offsets.push_back((c * stride + across % stride) * view.channel_step + y * step.dilation * view.row_step +
                            across / stride);
        }
    Convolution part{.input = stride > 1 ? view.origin : view.at(0, top, left),
                     .offsets = offsets.data(),
                     .taps = int(offsets.size()),
                     .input_row_step = stride * view.row_step,
                     .weights = step.weights.data(),
                     .bias = step.bias.data(),
                     .outputs = part_outputs,
                     .function = step.function,
                     .slope = step.slope,
                     .output = out.origin,
                     .output_row_step = out.row_step,
                     .output_channel_step = out.channel_step,
                     .rows = made.height(),
                     .columns = made.width(),
                     .times = step.times < 0 ? View{} : shifted(source(step.times), made),
                     .plus = step.plus < 0 ? View{} : shifted(source(step.plus), made),
                     .moments = moments(step, made),
                     .streamed = program_.values()[value].output && maps_[value].buffer < 0};
    for (int i = 0; i < step.parts; i++) {
      program_.kernels().convolve(part);
      part.input += part_inputs * stride * view.channel_step;
      part.weights += part_outputs * part.taps;
      part.bias += part_outputs;
      part.output += part_outputs * part.output_channel_step;
      for (View* map : {&part.times, &part.plus})
        if (map->origin) map->origin += part_outputs * map->channel_step;
      if (part.moments.scale) part.moments.scale += part_outputs, part.moments.shift += part_outputs;
    }
    if (stride > 1) arena_.give_back(columns);
    if (step.mirrored) arena_.give_back(with_mirror);
  }

  // Copies a part of a value that reaches beyond the picture, where it is the picture mirrored (1 0 | 0 1 ...).
  Arena::Map mirror(int value, Rect part) {
    const Rect whole = picture(value), inside = intersect(part, whole);
    const int channels = program_.values()[value].channels;
    const Arena::Map map = arena_.take(channels, part);
    const View& from = source(value);
    for (int c = 0; c < channels; c++)
      for (int y = part.top; y < part.bottom; y++) {
        const float* in = from.at(c, mirrored(y, whole.bottom), 0);
        float* out = map.view.at(c, y, 0);
        std::copy(in + inside.left, in + inside.right, out + inside.left);
        for (int x = part.left; x < inside.left; x++) out[x] = in[mirrored(x, whole.right)];
        for (int x = inside.right; x < part.right; x++) out[x] = in[mirrored(x, whole.right)];
      }
    return map;
  }

  static int mirrored(int i, int size) {
    if (i < 0) return std::min(-1 - i, size - 1);
    return i < size ? i : std::max(2 * size - 1 - i, 0);
  }

  // Parts the columns of a map by their remainders: channel c becomes channels c * stride ... , from (0, 0) on.
  Arena::Map part_columns(const View& map, int channels, int stride, Rect part) {
    const int width = (part.width() + stride - 1) / stride;
    const Arena::Map parted = arena_.take(channels * stride, {0, part.height(), 0, width});
    for (int c = 0; c < channels * stride; c++)
      for (int y = 0; y < part.height(); y++) {
        const float* from = map.at(c / stride, part.top + y, part.left + c % stride);
        float* to = parted.view.at(c, y, 0);
        for (int x = 0; x * stride + c % stride < part.width(); x++) to[x] = from[x * stride];
      }
    return parted;
  }

  static void shuffle(int factor, const View& from, const View& to, int channels, Rect made) {
    for (int c = 0; c < channels; c++)
      for (int y = made.top; y < made.bottom; y++)
        for (int phase = 0; phase < factor; phase++) {
          const float* in = from.at((c * factor + y % factor) * factor + phase, y / factor, 0);
          float* out = to.at(c, y - made.top, 0) - made.left;
          const int first = (made.left - phase + factor - 1) / factor;
          for (int x = std::max(first, 0); x * factor + phase < made.right; x++) out[x * factor + phase] = in[x];
        }
  }

  void copy(const View& from, const View& to, int channels, Rect size) const {
    program_.kernels().copy(from, to, channels, size.height(), size.width());
  }

  // Copies a part of a value in memory, with zero padding around the picture.
  void fetch(int value, Rect held) {
    const Rect inside = intersect(held, picture(value));
    maps_[value] = arena_.take(program_.values()[value].channels, held);
    if (!inside.empty())
      copy(shifted(tile_.views[value], inside), shifted(maps_[value].view, inside), program_.values()[value].channels,
           inside);
    clear_around(value, maps_[value].view, held);
  }

  // Whether all that a convolution reads of a value, and a vector more, lies inside the picture.
  bool inner(int value) const {
    Rect read = parts_.held[value];
    read.right += program_.kernels().lanes;
    return intersect(read, picture(value)) == read;
  }

  // Zero padding: what a map holds outside the picture.
  void clear_around(int value, const View& view, Rect held) {
    const Rect inside = intersect(held, picture(value));
    if (inside.top == held.top && inside.bottom == held.bottom && inside.left == held.left &&
        inside.right == held.right)
      return;
    for (int c = 0; c < program_.values()[value].channels; c++)
      for (int y = held.top; y < held.bottom; y++) {
        float* row = view.at(c, y, 0);
        if (inside.empty() || y < inside.top || y >= inside.bottom) {
          std::fill(row + held.left, row + held.right, 0.f);
        } else {
          std::fill(row + held.left, row + inside.left, 0.f);
          std::fill(row + inside.right, row + held.right, 0.f);
        }
      }
  }

  bool passed(int value) const {
    const auto& all = tile_.segment.passed;
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

  // Where a value can be made at once for those who want it, later segments or the caller: no more of it is made, in
  // whole vectors, and no step of this segment reads it, which would find it far from the caches.
  View place(int value) const {
    const Value& v = program_.values()[value];
    const Rect own = grow(tile_.part, v.scale);
    const bool read = uses_[value] > value - program_.inputs();
    if (read || passed(value) == v.output || parts_.made[value] != own || parts_.held[value] != own ||
        own.width() % program_.kernels().lanes)
      return {};
    if (!v.output) return tile_.views[value];
    const View to = destination(value);
    return wanted(value) == own && lines(shifted(to, own)) && program_.maker(value).finishes() ? to : View{};
  }

  // Whether a map consists of whole lines of the cache.
  static bool lines(const View& map) {
    return map.column_step == 1 && map.row_step % kLine == 0 && map.channel_step % kLine == 0 &&
           aligned(map.origin) == map.origin;
  }

  // Copies a part of a value to where later segments and the caller want it.
  void deliver(int value, Rect part) {
    const Value& v = program_.values()[value];
    const auto copy_to = [&](const View& to, Rect own) {
      own = intersect(own, part);
      if (!own.empty())
        program_.kernels().copy_out(shifted(maps_[value].view, own), shifted(to, own), v.channels, own.height(),
                                    own.width());
    };
    if (passed(value)) copy_to(tile_.views[value], grow(tile_.part, v.scale));
    if (v.output) copy_to(destination(value), wanted(value));
  }

  void count(int value, const View& view, double* plain, double* squares) {
    const Rect own = wanted(value);
    if (!own.empty())
      program_.kernels().gather(shifted(view, own), program_.values()[value].channels, own.height(), own.width(), plain,
                                squares);
  }

  const View& source(int value) const { return maps_[value].view.origin ? maps_[value].view : tile_.views[value]; }

  void release(int value) {
    if (maps_[value].buffer >= 0) arena_.give_back(maps_[value]);
    maps_[value] = {};
  }

  const Tile& tile_;
  const Program& program_;
  Arena& arena_;
  const Regions parts_;
  std::vector<Arena::Map> maps_;
  std::vector<int> uses_;  // the last step that reads each value
};

}  // namespace

void run_tile(const Tile& tile, Arena& arena, int counted, double* plain, double* squares) {
  Runner(tile, arena).run(counted, plain, squares);
}

}  // namespace ppcn
