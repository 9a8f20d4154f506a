#include <linear.h>

// Up to 2.30 the bias was always regularised. Since 2.40 that is asked for, and a zeroed parameter, which asks for the
// opposite, is refused by the dual solvers.
static inline void hotline_regularize_bias(struct parameter *parameter) {
#if LIBLINEAR_VERSION >= 240
    parameter->regularize_bias = 1;
#else
    (void)parameter;
#endif
}
