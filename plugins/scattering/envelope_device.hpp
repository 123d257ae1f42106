#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "neucasl/circuit/circuit.hpp"

/// \file
/// A device as a linear system of waves whose numbers follow slow unknowns.
///
/// The *light* of a device are the waves at its ports and those states that are linear in them, as
/// the modes of a resonator; everything else, voltages, temperatures, currents, the phase of a
/// shifter, is *slow*. For given slow unknowns
///   b = S a + C z + e        dz/dt = A z + B a + k
/// with a into the device, b out of it, complex. Which unknown is what follows from the formulas of
/// the model: a state counts as light when all equations of light stay linear in it.

namespace neucasl::scattering {

using Amplitude = std::complex<double>;

/// Which unknowns of a device are light; found from its formulas.
class LightLayout {
 public:
  struct Port {
    std::uint32_t unknown = 0;   ///< V, real part; the imaginary part follows.
    std::uint32_t outgoing = 0;  ///< e = 2 b likewise; 0 when b does not depend on a.
  };

  /// \throws base::Error "scattering.envelope" naming a device whose waves are not of this form.
  LightLayout(const circuit::Circuit& circuit, std::size_t device);

  [[nodiscard]] const std::vector<Port>& ports() const { return ports_; }
  /// First unknown of each complex state; the imaginary part follows.
  [[nodiscard]] const std::vector<std::uint32_t>& states() const { return states_; }
  [[nodiscard]] bool is_light(std::size_t unknown) const { return light_[unknown] != 0; }
  /// Slow unknowns that the numbers of the light depend on.
  [[nodiscard]] const std::vector<std::uint32_t>& steering() const { return steering_; }
  /// Equation `row` of the slow part depends on light.
  [[nodiscard]] bool listens(std::size_t row) const { return listens_[row] != 0; }
  /// A state of light depends on another one.
  [[nodiscard]] bool mixes() const { return mixes_; }
  /// Equation `row` of the slow part depends on slow unknown `column`.
  [[nodiscard]] bool depends(std::size_t row, std::size_t column) const {
    return depends_[row * n_ + column] != 0;
  }
  [[nodiscard]] bool stores(std::size_t row) const { return stores_[row] != 0; }
  /// b of port p depends on a of port q at once, C or B is not zero.
  [[nodiscard]] bool passes(std::size_t p, std::size_t q) const {
    return passes_[p * ports_.size() + q] != 0;
  }
  [[nodiscard]] bool shows(std::size_t p, std::size_t state) const {
    return shows_[p * states_.size() + state] != 0;
  }
  [[nodiscard]] bool feeds(std::size_t state, std::size_t q) const {
    return feeds_[state * ports_.size() + q] != 0;
  }

 private:
  void find_ports();
  void find_states(const model::SymbolicForm& form);
  void require_linear(const model::SymbolicForm& form) const;
  void find_dependencies(const model::SymbolicForm& form);
  [[noreturn]] void refuse(const std::string& what) const;

  const circuit::Device& device_;
  const model::Specification& specification_;
  std::size_t n_;
  std::vector<Port> ports_;
  std::vector<std::uint32_t> states_, steering_;
  std::vector<char> light_, listens_, depends_, stores_, passes_, shows_, feeds_;
  bool mixes_ = false;
};

/// S, C, B, A row-major; e and k.
struct LightNumbers {
  std::vector<Amplitude> scattering, shown, fed, rate, emitted, driven;
};

/// Reads the numbers of the light from the Jacobian of a model. Holds working memory.
class LightReader {
 public:
  /// `unknowns` of the device with the light at zero.
  /// \throws base::Error "scattering.envelope" when they are not complex-linear or not finite.
  void read(const circuit::Circuit& circuit, std::size_t device, const LightLayout& layout,
            std::span<const double> unknowns, LightNumbers& numbers);

 private:
  std::vector<double> flow_, storage_, flow_jacobian_, storage_jacobian_;
};

}  // namespace neucasl::scattering
