#pragma once

#include <complex>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/base/export.hpp"

/// \file
/// Scattering matrices over the frequency as Touchstone files (.s1p, .s2p, .sNp).
///
/// Version 1 (Touchstone File Format Specification 1.1, EIA/IBIS Open Forum, 2002): a line
/// "# [HZ|KHZ|MHZ|GHZ] [S] [RI|MA|DB] [R ohm]", comments behind '!', and for each frequency the
/// N x N numbers. Two ports come as S11 S21 S12 S22, others row by row, at most four numbers a
/// line. A wave network has no impedance: R is kept and means nothing to it.

namespace neucasl::io {

struct Touchstone {
  std::size_t ports = 0;
  std::vector<double> frequency;             ///< Hz, ascending.
  std::vector<std::complex<double>> matrix;  ///< frequencies x ports x ports, row: out.
  double reference_resistance = 50.0;        ///< ohm
  std::vector<std::string> comments;         ///< Lines before the option line, without '!'.
};

/// Numbers of ports by the ending of a file name, ".s12p": 12.
/// \throws base::Error "io.touchstone".
NEUCASL_EXPORT std::size_t touchstone_ports(const std::string& file);

/// \throws base::Error "io.touchstone" with file, line and column: what is no number or not finite,
/// a missing or unknown option (parameters other than S, noise data, version 2), frequencies that
/// are negative or do not ascend, a record that ends early.
NEUCASL_EXPORT Touchstone parse_touchstone(std::string_view text, std::size_t ports,
                                           const std::string& file);
NEUCASL_EXPORT Touchstone read_touchstone(const std::string& file);

/// In Hz, real and imaginary part, numbers that read back as the same.
/// \throws base::Error "io.touchstone" when sizes do not fit.
NEUCASL_EXPORT std::string to_touchstone(const Touchstone& data);

}  // namespace neucasl::io
