#pragma once

#include "neucasl/base/xml.hpp"
#include "neucasl/exploration/space.hpp"

/// \file
/// Levels and intervals of a parameter:
///   values="32 64 128"                      a list
///   from to step                            from, from + step, ... up to to
///   from to points [scale="logarithmic"]    so many, both ends among them
///   from to [scale="logarithmic"]           an interval, every value of it
/// Numbers are in the attribute `unit`, "1" for pure ones.

namespace neucasl::exploration {

/// \throws base::Error "exploration.parameter", "base.quantity".
void read_range(const base::XmlElement& element, Parameter& parameter);
/// Words of the attribute `values`.
void read_words(const base::XmlElement& element, Parameter& parameter);

}  // namespace neucasl::exploration
