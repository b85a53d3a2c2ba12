#include "execute.h"

#include <algorithm>
#include <iterator>
#include <list>
#include <mutex>

#include "arena.h"
#include "pool.h"
#include "process.h"
#include "tile.h"

namespace ppcn {

namespace {

Program ready(Program program) {
  program.defer_normalisations();
  return program;
}

// The buffers of one run: those for values that segments pass on, and those for tiles of the calling thread.
struct Workspace {
  Arena values, tiles;
};

// Workspaces are kept for later runs, as fresh pages are slow, and shared by all programs, as the stages of a network run
// one after the other.
struct Idle {
  std::mutex mutex;
  std::list<Workspace> workspaces;
  size_t in_use = 0;
};

// A workspace for the time of one run. No more of them stay idle than are in use, but for one.
class Lease {
 public:
  Lease() {
    std::lock_guard lock(idle_.mutex);
    if (idle_.workspaces.empty())
      own_.emplace_back();
    else
      own_.splice(own_.begin(), idle_.workspaces, idle_.workspaces.begin());
    idle_.in_use++;
  }

  ~Lease() {
    own_.front().values.give_back_all();
    std::list<Workspace> surplus;  // freed without the lock
    std::lock_guard lock(idle_.mutex);
    idle_.workspaces.splice(idle_.workspaces.begin(), own_);
    idle_.in_use--;
    const size_t kept = std::min(idle_.workspaces.size(), std::max<size_t>(idle_.in_use, 1));
    surplus.splice(surplus.begin(), idle_.workspaces, std::next(idle_.workspaces.begin(), kept), idle_.workspaces.end());
  }

  Lease(const Lease&) = delete;

  Workspace* operator->() { return &own_.front(); }

 private:
  Idle& idle_ = of_this_process<Idle>();
  std::list<Workspace> own_;  // this one
};

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
  Lease workspace;

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
    parallel(parts.size(), request.threads, workspace->tiles, [&](int i, Arena& arena) {
      double* own = partial.data() + 2 * channels * i;
      run_tile({program_, segment, request, views, parts[i]}, arena, counts ? counted : -1, own, own + channels);
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
      passed[value] = workspace->values.take(values[value].channels, grow(areas[s], values[value].scale));
      views[value] = passed[value].view;
    }
    sweep(segments_[s], areas[s]);
    for (size_t value = 0; value < values.size(); value++)
      if (passed[value].buffer >= 0 && last_reader_[value] == int(s)) workspace->values.give_back(passed[value]);
  }
  if (segments_.empty() && counted >= 0) sweep({0, 0, {}}, wanted);
  return sums;
}

}  // namespace ppcn
