#include "bands.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ppcn {
namespace {

constexpr int kRowsTimesChannels = 256, kFewestRows = 4, kMostRows = 16;  // a band's maps fit into the cache

}  // namespace

Bands::Bands(const Program& program, int first, int last, const Regions& regions, const std::vector<bool>& results,
             int origin)
    : program_(program), first_(first), last_(last), origin_(origin) {
  const auto value = [&](int i) { return program.inputs() + i; };
  const int start = origin * program.values()[value(first)].scale;
  Rect wanted;
  int channels = 1, together = kFewestRows;
  for (int i = first; i < last; i++) {
    if (results[i - first]) wanted = bounding_box(wanted, regions.computed[value(i)]);
    channels = std::max(channels, program.values()[value(i)].channels);
    together = std::max(together, program.steps()[i].rows_together());  // a power of two
  }
  const int most = std::max(together, kMostRows);
  const int height = std::clamp(kRowsTimesChannels / channels / together * together, together, most);

  std::vector<int> done;  // the row up to which each step's value is computed so far
  for (int i = first; i < last; i++) done.push_back(regions.computed[value(i)].top);
  for (int bottom = wanted.top; bottom < wanted.bottom;) {
    bottom = last == first + 1 ? wanted.bottom : ceil_to(bottom + start + 1, height) - start;
    std::vector<int> needed(program.values().size(), std::numeric_limits<int>::min());  // up to which row
    std::vector<Rect> band(last - first);
    for (int i = last - 1; i >= first; i--) {
      const Step& step = program.steps()[i];
      if (results[i - first]) needed[value(i)] = std::max(needed[value(i)], bottom);
      Rect rows = regions.computed[value(i)];
      if (rows.empty() || needed[value(i)] <= done[i - first]) continue;
      rows.bottom = std::min(rows.bottom, ceil_to(needed[value(i)] + start, step.rows_together()) - start);
      for (int source : step.sources)
        needed[source] = std::max(needed[source], receptive_field(step, rows, origin).bottom);
      rows.top = std::exchange(done[i - first], rows.bottom);
      band[i - first] = rows;
    }
    bands_.push_back(std::move(band));
  }
}

bool Bands::rolls(int step) const {
  const int value = program_.inputs() + step;
  for (int reader = step + 1; reader < last_; reader++) {
    const auto& sources = program_.steps()[reader].sources;
    if (!std::count(sources.begin(), sources.end(), value)) continue;
    for (int band = 0; band < count(); band++) {
      const Rect rows = computed(band, reader), own = computed(band, step);
      if (rows.empty()) continue;
      const Rect read = receptive_field(program_.steps()[reader], rows, origin_);
      if (read.top < own.top || read.bottom > own.bottom) return false;
    }
  }
  return true;
}

int Bands::height(int step) const {
  int most = 0;
  for (int band = 0; band < count(); band++) most = std::max(most, computed(band, step).height());
  return most;
}

}  // namespace ppcn
