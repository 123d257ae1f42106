#pragma once

/// \file
/// `NEUCASL_EXPORT` marks what the shared library shows; all else is hidden.

#if defined(NEUCASL_STATIC)
#define NEUCASL_EXPORT
#else
#define NEUCASL_EXPORT __attribute__((visibility("default")))
#endif
