/* denormals: numbers below the normal ones, which many processors compute with
 * a hundred times slower than with others. They appear where something decays
 * for long, as the means that Adam keeps of gradients which stay zero. Layer
 * base. */
#ifndef MG_BASE_DENORMALS_H
#define MG_BASE_DENORMALS_H

#include <stdint.h>

/* The calling thread's mode of computing with reals. */
uint64_t mg_float_mode(void);
/* The modes differ in what became of denormals alone. */
void mg_float_mode_set(uint64_t mode);

/* Takes denormal operands and results as zeros, where the processor can;
 * returns the mode before. */
uint64_t mg_denormals_flush(void);

#endif
