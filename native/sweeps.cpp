#include "sweeps.h"

#include <algorithm>
#include <cstdint>
#include <new>

namespace ppcn {
namespace {

constexpr int kStripRows = 256;
constexpr int kStripPixels = 1'000'000;  // of the result: wider pictures have lower strips
constexpr int kLeastRows = 48;           // so that the halo costs less than the strip

View below(View view, long rows) {
  view.origin += rows * view.row_step;
  return view;
}

}  // namespace

int rows_of_strip(int columns, int scale) {
  return std::clamp<long>(kStripPixels / (long(columns) * scale), kLeastRows, kStripRows);
}

// While maps are made, those that they are made from are held too. To compute a stage without a halo again costs less
// than to keep its maps.
Sweeps::Sweeps(const Network& network, int rows, int columns, uint64_t memory, int threads)
    : network_(network), rows_(rows), columns_(columns), threads_(threads) {
  uint64_t held = 0;  // bytes: addresses may be shorter
  int length = 0;
  for (const Stage& stage : network.stages) {
    const bool last = &stage == &network.stages.back();
    uint64_t size = 0;
    for (int channels : stage.channels) size += sizeof(float) * uint64_t(channels) * rows * columns;
    const bool keeps = !last && !stage.observes && stage.halo > 0 && held + size <= memory;
    length++;
    plan_.push_back({keeps || last || stage.statistic != Statistic::kNone ? length : 0, keeps});
    work_ += long(plan_.back().length) * rows;
    if (keeps) length = 0, held = size;
    length -= stage.observes;
  }
}

bool Sweeps::next() {
  if (sweeping_ && bottom_ >= rows_) end_sweep();
  if (!sweeping_ && !begin_sweep()) return false;
  const int top = bottom_;
  bottom_ = std::min(top + rows_of_strip(columns_, stage().scale), rows_);
  spans_ = {{top, bottom_}};
  for (auto link = chain_.rbegin(); link != chain_.rend(); ++link)
    spans_.insert(spans_.begin(), with_halo(spans_.front(), *link->stage));
  return true;
}

Rows Sweeps::makes() const {
  if (!is_last()) return {};
  return {spans_.back().top * stage().scale, spans_.back().bottom * stage().scale};
}

Rows Sweeps::with_halo(Rows rows, const Stage& stage) const {
  const int top = std::max(rows.top - stage.halo, 0);
  return {top - top % stage.row_multiple, std::min(rows.bottom + stage.halo, rows_)};
}

bool Sweeps::begin_sweep() {
  for (; stage_ < network_.stages.size(); stage_++) {
    chain_.push_back({&stage(), stage().prepare(known_), {}});
    known_.clear();
    if (!plan_[stage_].length) continue;
    if (plan_[stage_].keeps) {
      for (size_t i = 0; i < stage().outputs.size(); i++) {
        const size_t value = stage().outputs[i];
        if (chain_.size() == 1 && value < kept_.size()) {  // passed through
          keeping_.push_back(kept_[value]);
        } else {
          keeping_.push_back(std::make_shared<Map>());
          take(*keeping_.back(), stage().channels[i], rows_, columns_);
        }
      }
    }
    sums_ = {};
    bottom_ = 0;
    return sweeping_ = true;
  }
  return false;
}

void Sweeps::end_sweep() {
  sweeping_ = false;
  known_ = statistic();
  if (stage().observes) chain_.pop_back();
  if (plan_[stage_].keeps) {
    kept_ = std::move(keeping_);
    keeping_.clear();
    chain_.clear();
  }
  stage_++;
}

View Sweeps::take(Map& map, int channels, int rows, int columns) const {
  const uint64_t size = uint64_t(channels) * rows * columns;
  if (size > PTRDIFF_MAX / sizeof(float)) throw std::bad_alloc();
  if (map.size < size) {
    map.floats.reset();  // before more is allocated
    map.floats.reset(new float[size]);
    map.size = size;
  }
  return map.view = {map.floats.get(), long(rows) * columns, columns};
}

void Sweeps::compute(View picture, View result) {
  std::vector<View> maps;
  for (const auto& map : kept_) maps.push_back(below(map->view, spans_[0].top));
  if (kept_.empty()) maps.push_back(picture);
  for (size_t number = 0; number < chain_.size(); number++) {
    Link& link = chain_[number];
    const Stage& stage = *link.stage;
    const Program& program = stage.executor.program();
    const Rows given = spans_[number], made = spans_[number + 1];
    const bool end = number + 1 == chain_.size();
    Request request{.rows = given.count(), .columns = columns_, .origin = given.top, .top = made.top - given.top,
                    .bottom = made.bottom - given.top, .photo_rows = rows_, .threads = threads_};
    request.inputs = maps;
    for (const auto& each : link.prepared.scales) request.scales.push_back(each.data());
    for (const auto& each : link.prepared.shifts) request.shifts.push_back(each.data());
    for (const auto& each : link.prepared.grids) request.grids.push_back(each.data());
    if (end && stage.statistic != Statistic::kNone) {
      request.summed = stage.outputs[0];
      request.cells = stage.statistic == Statistic::kThumbnail ? kThumbnail : 0;
    }
    std::vector<View> targets;
    std::vector<std::pair<int, View>> own;  // values that this stage computes
    link.made.resize(stage.outputs.size());
    const bool stored = !end || is_last() || !keeping_.empty();  // else the sweep is for its statistic alone
    for (size_t i = 0; i < stage.outputs.size() && stored; i++) {
      const int value = stage.outputs[i], scale = stage.scale;
      const bool passed = value < program.inputs();
      if (end && is_last())
        targets.push_back(result);
      else if (end)
        targets.push_back(below(keeping_[i]->view, made.top));
      else if (passed)
        targets.push_back(below(maps[value], request.top));
      else
        targets.push_back(take(link.made[i], stage.channels[i], made.count() * scale, columns_ * scale));
      if (!passed) {
        own.push_back({value, targets.back()});
      } else if (const View from = below(maps[value], request.top); from.origin != targets.back().origin) {
        program.kernels().copy(from, targets.back(), stage.channels[i], made.count(), columns_);
      }
    }
    std::sort(own.begin(), own.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [value, view] : own) request.outputs.push_back(view);
    const Sums found = stage.executor.run(request);
    if (end) {
      sums_.sums.resize(found.sums.size()), sums_.squares.resize(found.squares.size());
      for (size_t i = 0; i < found.sums.size(); i++) sums_.sums[i] += found.sums[i];
      for (size_t i = 0; i < found.squares.size(); i++) sums_.squares[i] += found.squares[i];
    }
    maps = std::move(targets);
  }
  done_ += long(plan_[stage_].length) * spans_.back().count();
}

std::vector<Tensor> Sweeps::statistic() const {
  const Statistic wanted = stage().statistic;
  const int channels = stage().channels[0];
  const double count = double(rows_) * columns_;
  if (wanted == Statistic::kNone) return {};
  if (wanted == Statistic::kThumbnail) {
    Tensor cells{{1, channels, kThumbnail, kThumbnail}, {}};
    for (double sum : sums_.sums) cells.values.push_back(sum / (count / (kThumbnail * kThumbnail)));
    return {cells};
  }
  Tensor mean{{1, channels, 1, 1}, {}}, variance = mean;
  for (int c = 0; c < channels; c++) {
    const double average = sums_.sums[c] / count;
    mean.values.push_back(average);
    variance.values.push_back(std::max(sums_.squares[c] / count - average * average, 0.));
  }
  if (wanted == Statistic::kMean) return {mean};
  return {mean, variance};
}

}  // namespace ppcn
