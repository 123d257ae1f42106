#pragma once

#include <string>
#include <vector>

#include "neucasl/architecture/architecture.hpp"

/// \file
/// Descriptions with some numbers and choices changed.
///
/// The *path* of a number is the names of its levels and component and its own, as
/// "chip/tile/in_situ_unit/adc/bits"; numbers of the architecture itself are named alone, as
/// "weight_bits".

namespace neucasl::architecture {

/// Where the value of a changed number comes from.
struct Origin {
  device::Kind kind = device::Kind::assumed;
  device::Citation citation;
  std::string place;
};

/// Paths of all numbers, from the chip down.
NEUCASL_EXPORT std::vector<std::string> number_paths(const Architecture& architecture);

/// \throws base::Error "architecture.path" with the nearest path, at `where`.
NEUCASL_EXPORT const device::Number& number_at(const Architecture& architecture,
                                               std::string_view path,
                                               const base::Location& where = {});

/// The number counts something: 1, 2, 3, ...
/// \throws base::Error "architecture.path".
NEUCASL_EXPORT bool is_whole(const Architecture& architecture, std::string_view path);

/// Gives a number another value; the checks of a description hold for it.
/// \throws base::Error "architecture.path", "architecture.number", "architecture.count",
/// "architecture.converter", each at `where`.
NEUCASL_EXPORT void set_number(Architecture& architecture, std::string_view path,
                               const base::Quantity& value, const Origin& origin,
                               const base::Location& where = {});

/// Takes another value of a choice, such as "weight_duplication".
/// \throws base::Error "architecture.choice" for an unknown choice, with the nearest.
NEUCASL_EXPORT void set_choice(Architecture& architecture, std::string_view name,
                               const std::string& value, const base::Location& where = {});

/// Checks what several numbers or choices are together, and takes over what the description holds
/// twice. Call it after the last change.
/// \throws base::Error "architecture.choice", "architecture.channels".
NEUCASL_EXPORT void finish_changes(Architecture& architecture);

/// Choices, and the path, value and kind of every number, one a line: equal for equal descriptions.
NEUCASL_EXPORT std::string canonical(const Architecture& architecture);

}  // namespace neucasl::architecture
