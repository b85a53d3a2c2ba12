// Between pictures, whose channels lie side by side, and planes.
#pragma once

namespace ppcn {

// Splits rows x columns pixels of three floats into three planes.
void to_planes(const float* pixels, long pixel_row_step, float* planes, long plane_step, int rows, int columns,
               int threads);

// Joins three planes to pixels, clipped to [0, 1]; NaN stays NaN.
void to_pixels(const float* planes, long plane_step, long plane_row_step, float* pixels, int rows, int columns,
               int threads);

}  // namespace ppcn
