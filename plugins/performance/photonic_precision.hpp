#pragma once

#include "neucasl/architecture/placement.hpp"
#include "neucasl/workload/workload.hpp"
#include "units.hpp"

/// \file
/// Converters of photonic cores at the bits of single operations.
///
/// A converter of b_c bits, in an architecture whose operands have b, works for an operation of b_o
/// bits with min(b_c, b_c + b_o - b): what the description has beyond its operands stays. Its
/// energy then follows its `scaling` law; without one a conversion costs the same whatever its
/// bits. Sums that are wider than their converter, as gradients are, are converted with its bits.

namespace neucasl::performance_plugin {

struct ConverterBits {
  double input = 0.0;
  double weight = 0.0;
  double sum = 0.0;
};

class PhotonicConverters {
 public:
  /// \throws base::Error "link.converter" for bits beyond the reference of a law.
  PhotonicConverters(const architecture::Architecture& architecture, device::UseList& uses);

  [[nodiscard]] ConverterBits bits_for(const architecture::OperationBits& bits) const;
  /// Energy of a conversion with the bits of an operation over that with the converter's own; 1 for
  /// what is no converter.
  [[nodiscard]] double energy_factor(const Unit& unit,
                                     const architecture::OperationBits& bits) const;
  /// \throws base::Error "architecture.converter" for a product whose operands, or with `sums`
  /// whose results, have more bits than their converters, with the nearest.
  void require(const workload::Workload& workload,
               const std::vector<architecture::OperationBits>& bits, bool sums) const;

 private:
  struct Converter {
    const architecture::Component* component = nullptr;
    double bits = 0.0;
    double operand_bits = 0.0;    ///< Of the architecture.
    std::vector<double> factors;  ///< Of energy, by bits.

    [[nodiscard]] double bits_at(double operand) const;
    [[nodiscard]] double factor_at(double operand) const;
    void require(const std::string& operation, const char* what, int asked) const;
  };
  [[nodiscard]] static Converter read(const architecture::Component& component, double operand_bits,
                                      device::UseList& uses);

  Converter input_, weight_, sum_;
};

}  // namespace neucasl::performance_plugin
