#pragma once

#include <functional>
#include <span>
#include <vector>

#include "network_scattering.hpp"
#include "neucasl/base/parallel.hpp"
#include "wave_solver.hpp"

/// \file
/// Waves of a network over the wavelength.

namespace neucasl::scattering {

/// Makes the structure of a network from the matrices at some wavelengths, and solves for its waves
/// at many: blocks of four in lanes, blocks on threads. An entry that is zero at those wavelengths
/// and not at another is found, and the structure made anew with all entries.
class Spectrum {
 public:
  struct Request {
    std::vector<double> wavelengths;  ///< m; empty: one point at the circuit's own carriers.
    /// Ports from which waves of a source of unit amplitude start, one problem each (they replace
    /// what the devices emit); empty: one problem with what the devices emit.
    std::vector<std::uint32_t> inputs;
    /// Ports whose outgoing wave is wanted; empty: all.
    std::vector<std::uint32_t> outputs;
    int threads = 1;
    base::CancelFlag cancel;
  };

  explicit Spectrum(const NetworkScattering& scattering) : scattering_(scattering) {}

  /// Waves: points x inputs (or 1) x outputs. \throws base::Error as its parts do, and
  /// "scattering.wavelength" for a wavelength that is not positive, or several carriers.
  [[nodiscard]] std::vector<Wave> run(const Request& request);

  /// Of the last run: which way it went.
  [[nodiscard]] const std::string& method() const { return method_; }

 private:
  bool run_blocks(const Request& request, std::vector<Wave>& result);
  bool run_single(const Request& request, std::vector<Wave>& result);
  void make(const Request& request, bool all);

  const NetworkScattering& scattering_;
  WaveStructure structure_;
  std::vector<char> used_;
  std::vector<char> wanted_;  // devices that a wave reaches
  std::string method_;
};

}  // namespace neucasl::scattering
