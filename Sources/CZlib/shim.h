#include <zlib.h>

// zlib's inflateInit2 is a macro, which Swift does not see. 15 + 32: the largest window, and gzip told from zlib by its head.
static inline int hotline_begin_gunzip(z_stream *stream) { return inflateInit2(stream, 15 + 32); }
