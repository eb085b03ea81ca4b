/* isa: the sources of this folder are compiled once for each instruction set,
 * with MG_ISA naming it; what they export carries that name at its end. Plain
 * loops that the compiler turns into vectors: no intrinsics, but for a product
 * that it does not find (draw.c) and for estimates (roots.c). Layer kernels. */
#ifndef MG_KERNELS_VECTOR_ISA_H
#define MG_KERNELS_VECTOR_ISA_H

#ifndef MG_ISA
#define MG_ISA plain
#endif

#define MG_ISA_PASTE(name, isa) name##_##isa
#define MG_ISA_EXPAND(name, isa) MG_ISA_PASTE(name, isa)
#define MG_ISA_NAME(name) MG_ISA_EXPAND(name, MG_ISA)

/* Before a loop whose turns do not depend on each other though a target may
 * be the memory of a source: each element is read before it is written. */
#if defined(__clang__)
#define MG_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define MG_INDEPENDENT _Pragma("GCC ivdep")
#else
#define MG_INDEPENDENT
#endif

/* Before a loop of few turns, known when compiled. */
#if defined(__clang__)
#define MG_UNROLLED _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define MG_UNROLLED _Pragma("GCC unroll 16")
#else
#define MG_UNROLLED
#endif

#if defined(__GNUC__)
#define MG_INLINE static inline __attribute__((always_inline))
#else
#define MG_INLINE static inline
#endif

#endif
