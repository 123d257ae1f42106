#pragma once

#include <string_view>

#include "neucasl/base/export.hpp"

/// \file
/// Power of converters, scaled from a published one.

namespace neucasl::link {

/// How power grows with the rate f and the bits b.
enum class ConverterLaw {
  sar,                ///< f b: successive approximation.
  flash,              ///< f (2^b - 1)
  dac,                ///< f 2^b / (b + 1), SimPhony's scaling of digital-to-analog converters.
  dac_powers_of_bits  ///< f 2^b / b, what the simulator of Lightening-Transformer computes.
};

/// "sar", "flash", "dac", "dac_powers_of_bits".
NEUCASL_EXPORT std::string_view to_string(ConverterLaw law);
/// \throws base::Error "link.converter" for another name, with the nearest one.
NEUCASL_EXPORT ConverterLaw converter_law(std::string_view name);

/// A converter whose power is known.
struct Converter {
  double power = 0.0;  ///< W
  double bits = 0.0;
  double rate = 0.0;  ///< samples/s
};

/// W at fewer bits and at a lower rate than the reference has.
/// \throws base::Error "link.converter" for bits or a rate that are not positive or above those of
/// the reference, where the law says nothing.
NEUCASL_EXPORT double converter_power(ConverterLaw law, const Converter& reference, double bits,
                                      double rate);

}  // namespace neucasl::link
