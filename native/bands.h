// The order in which fused steps compute their rows: band by band, each step as far down as the next one reads.
#pragma once

#include "plan.h"

namespace ppcn {

class Bands {
 public:
  // For steps [first, last), whose values are of one size, on a tile that needs `regions`. `results` says for each of
  // these values whether anything but these steps reads it. Row 0 is row `origin` of the photo.
  Bands(const Program& program, int first, int last, const Regions& regions, const std::vector<bool>& results,
        int origin);

  int count() const { return bands_.size(); }
  Rect computed(int band, int step) const { return bands_[band][step - first_]; }  // by a step; may be empty

  // Whether these steps read each row of a step's value only in the band that computes it: then a buffer of `height`
  // rows, those of its highest band, is enough.
  bool rolls(int step) const;
  int height(int step) const;

 private:
  const Program& program_;
  const int first_, last_, origin_;
  std::vector<std::vector<Rect>> bands_;
};

}  // namespace ppcn
