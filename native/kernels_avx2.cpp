#define PPCN_ISA avx2
#include "kernels.inl"

namespace ppcn {
extern const Kernels k_avx2 = avx2::table("avx2");
}
