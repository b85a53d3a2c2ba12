#include "execute.h"

#include <algorithm>
#include <iterator>
#include <list>

#include "arena.h"
#include "pool.h"
#include "process.h"
#include "tile.h"

namespace ppcn {

namespace {

Program fused(Program program) {
  program.fuse_layer_norms();
  return program;
}

// The buffers of one run: for live-out values, and for the tiles of the calling thread.
struct Workspace {
  Arena values, tiles;
};

// Workspaces are kept for later runs, as fresh pages are slow, and shared by all programs, as the stages of a network
// run one after the other.
struct Idle {
  Mutex mutex;
  std::list<Workspace> workspaces;
  size_t in_use = 0;
};

// A workspace for the time of one run. No more of them stay idle than are in use, but for one.
class Lease {
 public:
  Lease() {
    Locked lock(idle_.mutex);
    if (idle_.workspaces.empty())
      own_.emplace_back();
    else
      own_.splice(own_.begin(), idle_.workspaces, idle_.workspaces.begin());
    idle_.in_use++;
  }

  ~Lease() {
    own_.front().values.give_back_all();
    std::list<Workspace> surplus;  // freed without the lock
    Locked lock(idle_.mutex);
    idle_.workspaces.splice(idle_.workspaces.begin(), own_);
    idle_.in_use--;
    const size_t kept = std::min(idle_.workspaces.size(), std::max<size_t>(idle_.in_use, 1));
    const auto first = std::next(idle_.workspaces.begin(), kept);
    surplus.splice(surplus.begin(), idle_.workspaces, first, idle_.workspaces.end());
  }

  Lease(const Lease&) = delete;

  Workspace* operator->() { return &own_.front(); }

 private:
  Idle& idle_ = of_this_process<Idle>();
  std::list<Workspace> own_;  // this one
};

}  // namespace

Executor::Executor(Program program)
    : program_(fused(std::move(program))),
      segments_(segments(program_)),
      last_reader_(program_.values().size()),
      halo_(ppcn::halo(program_)) {
  for (size_t s = 0; s < segments_.size(); s++)
    for (int i = segments_[s].first; i < segments_[s].last; i++)
      for (int source : program_.steps()[i].sources) last_reader_[source] = s;
}

// The area, in pixels of the inputs, that each segment has to compute: the receptive fields of those behind it, from a
// multiple of all steps' rows on.
std::vector<Rect> Executor::areas(const Request& request) const {
  const auto& values = program_.values();
  const Rect picture{0, request.rows, 0, request.columns};
  std::vector<Rect> read(values.size());  // by later segments
  std::vector<Rect> found(segments_.size(), {request.top, request.bottom, 0, request.columns});
  for (int s = int(segments_.size()) - 1; s >= 0; s--) {
    const Segment& segment = segments_[s];
    Rect& area = found[s];
    for (int value : segment.live_out) {
      const int scale = values[value].scale;
      area.top = std::min(area.top, std::max(read[value].top, 0) / scale);
      area.bottom = std::max(area.bottom, std::min((read[value].bottom + scale - 1) / scale, request.rows));
    }
    if (!segment.live_out.empty()) area.top = std::max(area.top - (area.top + request.origin) % 8, 0);
    const Regions regions = ppcn::regions(program_, segment, area, picture, request.origin);
    for (int i = segment.first; i < segment.last; i++) {
      const Rect computed = regions.computed[program_.inputs() + i];
      if (computed.empty()) continue;
      for (int source : program_.steps()[i].sources)
        if (source < program_.inputs() + segment.first)
          read[source] = bounding_box(read[source], receptive_field(program_.steps()[i], computed, request.origin));
    }
  }
  return found;
}

Sums Executor::run(const Request& request) const {
  const auto& values = program_.values();
  Lease workspace;

  Sums found;
  const int summed = request.summed, side = std::max(request.cells, 1);
  const size_t channels = summed >= 0 ? values[summed].channels : 0;
  found.sums.resize(channels * side * side), found.squares.resize(request.cells ? 0 : channels);
  const Rect wanted{request.top, request.bottom, 0, request.columns};

  std::vector<View> views(values.size());
  std::copy(request.inputs.begin(), request.inputs.end(), views.begin());
  const std::vector<Rect> areas = this->areas(request);

  const auto sweep = [&](const Segment& segment, Rect area) {
    const std::vector<Rect> tiles = ppcn::tiles(program_, area);
    const int maker = std::max(summed - program_.inputs(), 0);  // inputs are summed with the first step
    const bool sums_here = summed >= 0 && maker >= segment.first && maker < std::max(segment.last, 1);
    std::vector<Sums> partial(tiles.size());
    parallel(tiles.size(), request.threads, workspace->tiles, [&](int i, Arena& arena) {
      partial[i] = run_tile({program_, segment, request, views, tiles[i]}, arena, sums_here);
    });
    for (size_t i = 0; i < tiles.size(); i++) {
      if (partial[i].sums.empty()) continue;  // another segment makes the value, or no row is wanted
      const Rect own = cells_of({program_, segment, request, views, tiles[i]});
      const double* sum = partial[i].sums.data();
      for (size_t c = 0; c < channels; c++)
        for (int y = own.top; y < own.bottom; y++)
          for (int x = own.left; x < own.right; x++)
            found.sums[(c * side + y) * side + x] += *sum++;
      for (size_t c = 0; c < found.squares.size(); c++) found.squares[c] += partial[i].squares[c];
    }
  };

  std::vector<Arena::Map> maps(values.size());
  for (size_t s = 0; s < segments_.size(); s++) {
    for (int value : segments_[s].live_out) {
      maps[value] = workspace->values.take(values[value].channels, scaled(areas[s], values[value].scale));
      views[value] = maps[value].view;
    }
    sweep(segments_[s], areas[s]);
    for (size_t value = 0; value < values.size(); value++)
      if (maps[value].buffer >= 0 && last_reader_[value] == int(s)) workspace->values.give_back(maps[value]);
  }
  if (segments_.empty() && summed >= 0) sweep({0, 0, {}}, wanted);
  return found;
}

}  // namespace ppcn
