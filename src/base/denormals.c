/* denormals: see denormals.h. Layer base. */
#include "base/denormals.h"

#if defined(__SSE2__)

/* Results become zero, operands count as zero. */
#define FLUSH UINT32_C(0x8040)

uint64_t mg_float_mode(void)
{
    return __builtin_ia32_stmxcsr();
}

static void write_mode(uint64_t mode)
{
    __builtin_ia32_ldmxcsr((unsigned)mode);
}

#elif defined(__aarch64__)

#define FLUSH UINT64_C(0x1000000)

uint64_t mg_float_mode(void)
{
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    return mode;
}

static void write_mode(uint64_t mode)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(mode));
}

#else

#define FLUSH UINT64_C(0)

uint64_t mg_float_mode(void)
{
    return 0;
}

static void write_mode(uint64_t mode)
{
    (void)mode;
}

#endif

/* Reading costs less than writing, which most calls need not do. */
void mg_float_mode_set(uint64_t mode)
{
    if ((mg_float_mode() & FLUSH) != (mode & FLUSH))
        write_mode(mode);
}

uint64_t mg_denormals_flush(void)
{
    const uint64_t former = mg_float_mode();
    if ((former & FLUSH) != FLUSH)
        write_mode(former | FLUSH);
    return former;
}
