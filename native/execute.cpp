#include "execute.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "arena.h"
#include "pool.h"
#include "tile.h"

namespace ppcn {

namespace {

Program ready(Program program) {
  program.defer_normalisations();
  return program;
}

// Memory for values that segments pass on: kept, as fresh pages are slow, and shared by all programs, as the stages of a
// network run one after the other. Never destroyed: a thread may still run when the process ends.
class Spare {
 public:
  std::unique_ptr<Arena> take() {
    std::lock_guard lock(mutex_);
    if (arenas_.empty()) return std::make_unique<Arena>();
    std::unique_ptr<Arena> arena = std::move(arenas_.back());
    arenas_.pop_back();
    return arena;
  }

  void give_back(std::unique_ptr<Arena> arena) {
    std::lock_guard lock(mutex_);
    arenas_.push_back(std::move(arena));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Arena>> arenas_;
};

Spare& spare() {
  static Spare& all = *new Spare;
  return all;
}

}  // namespace

Executor::Executor(Program program)
    : program_(ready(std::move(program))),
      segments_(segments(program_)),
      last_reader_(program_.values().size()),
      halo_(ppcn::halo(program_)) {
  for (size_t s = 0; s < segments_.size(); s++)
    for (int i = segments_[s].first; i < segments_[s].last; i++)
      for (int source : program_.steps()[i].sources) last_reader_[source] = s;
}

// The part of the picture, in pixels of the inputs, that each segment has to make for those behind it: from the last one
// on, since each reads around all that it makes, and that begins where groups of rows do.
std::vector<Rect> Executor::areas(const Request& request) const {
  const auto& values = program_.values();
  const Rect picture{0, request.rows, 0, request.columns};
  std::vector<Rect> read(values.size());  // by the segments behind
  std::vector<Rect> found(segments_.size(), {request.top, request.bottom, 0, request.columns});
  for (int s = int(segments_.size()) - 1; s >= 0; s--) {
    const Segment& segment = segments_[s];
    Rect& area = found[s];
    for (int value : segment.passed) {
      const int scale = values[value].scale;
      area.top = std::min(area.top, std::max(read[value].top, 0) / scale);
      area.bottom = std::max(area.bottom, std::min((read[value].bottom + scale - 1) / scale, request.rows));
    }
    if (!segment.passed.empty()) area.top = std::max(area.top - (area.top + request.origin) % 8, 0);
    const Regions parts = regions(program_, segment, area, picture, request.origin);
    for (int i = segment.first; i < segment.last; i++) {
      const Rect made = parts.made[program_.inputs() + i];
      if (made.empty()) continue;
      for (int source : program_.steps()[i].sources)
        if (source < program_.inputs() + segment.first)
          read[source] = join(read[source], read_by(program_.steps()[i], made, request.origin));
    }
  }
  return found;
}

Sums Executor::run(const Request& request, int counted) {
  const auto& values = program_.values();
  std::unique_ptr<Arena> arena = spare().take();

  Sums sums;
  if (counted >= 0) sums.plain.resize(values[counted].channels), sums.squares.resize(values[counted].channels);
  const Rect wanted{request.top, request.bottom, 0, request.columns};

  std::vector<View> views(values.size());
  std::copy(request.inputs.begin(), request.inputs.end(), views.begin());
  const std::vector<Rect> areas = this->areas(request);

  const auto sweep = [&](const Segment& segment, Rect area) {
    const std::vector<Rect> parts = tiles(program_, area);
    const bool counts = counted >= 0 && (counted < program_.inputs() ? segment.first == 0
                                                                     : counted - program_.inputs() >= segment.first &&
                                                                           counted - program_.inputs() < segment.last);
    const size_t channels = counts ? values[counted].channels : 0;
    std::vector<double> partial(2 * channels * parts.size());
    parallel(parts.size(), request.threads, [&](int i) {
      double* own = partial.data() + 2 * channels * i;
      run_tile({program_, segment, request, views, parts[i]}, counts ? counted : -1, own, own + channels);
    });
    for (size_t i = 0; i < parts.size(); i++)
      for (size_t c = 0; c < channels; c++) {
        sums.plain[c] += partial[2 * channels * i + c];
        sums.squares[c] += partial[2 * channels * i + channels + c];
      }
  };

  std::vector<Arena::Map> passed(values.size());
  for (size_t s = 0; s < segments_.size(); s++) {
    for (int value : segments_[s].passed) {
      passed[value] = arena->take(values[value].channels, grow(areas[s], values[value].scale));
      views[value] = passed[value].view;
    }
    sweep(segments_[s], areas[s]);
    for (size_t value = 0; value < values.size(); value++)
      if (passed[value].piece >= 0 && last_reader_[value] == int(s)) arena->give_back(passed[value]);
  }
  if (segments_.empty() && counted >= 0) sweep({0, 0, {}}, wanted);

  spare().give_back(std::move(arena));
  return sums;
}

}  // namespace ppcn
