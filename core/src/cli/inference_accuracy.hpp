#pragma once

#include <map>
#include <mutex>

#include "command.hpp"
#include "console.hpp"
#include "neucasl/exploration/exploration.hpp"
#include "neucasl/mapping/analog_inference.hpp"
#include "neucasl/mapping/photonic_inference.hpp"
#include "neucasl/network/dataset.hpp"
#include "neucasl/plugin/array_solver.hpp"
#include "neucasl/plugin/front_end.hpp"

/// \file
/// Accuracies of the points of a space by the functional models of arrays and weight banks.

namespace neucasl::cli {

/// Arrays: weights and inputs quantised, cells programmed with the errors and the drift of their
/// card, wires through the effective matrices, converters with clipping, noise of each read; no
/// stuck cells. Photonic cores: banks as the front end makes them, shot, thermal and intensity
/// noise, converters.
class InferenceAccuracy final : public exploration::AccuracySource {
 public:
  /// Reads the network of the space, or trains it; a trained one is kept in `folder`, if any.
  /// \throws base::Error "exploration.accuracy" for a network that cannot be run or is not that of
  /// `workload`, or for more images than there are; as the data set, the weights, the training.
  InferenceAccuracy(Session& session, const exploration::Space& space,
                    const workload::Workload& workload, const std::filesystem::path& folder,
                    int threads, Console& console);

  [[nodiscard]] std::string source_key() const override;
  [[nodiscard]] std::string key(const architecture::Architecture& architecture,
                                const std::vector<exploration::BankSetting>& bank) const override;
  [[nodiscard]] exploration::MeasuredAccuracy measure(
      const architecture::Architecture& architecture,
      const std::vector<exploration::BankSetting>& bank) const override;
  [[nodiscard]] std::string method() const override;

 private:
  using Settings = std::vector<exploration::BankSetting>;

  void make_network(Session& session, const exploration::Space& space,
                    const std::filesystem::path& folder, int threads, Console& console);
  [[nodiscard]] std::string training_key() const;
  void check_network(const workload::Workload& workload) const;
  [[nodiscard]] std::string card_hash(const std::string& id) const;
  [[nodiscard]] std::string array_key(const architecture::Architecture& architecture) const;
  [[nodiscard]] plugin::ParameterSet bank_parameters(const architecture::Architecture& architecture,
                                                     const Settings& bank) const;
  [[nodiscard]] mapping::PhotonicOptions photonic_options(
      const architecture::Architecture& architecture) const;
  [[nodiscard]] std::span<const float> calibration() const;
  [[nodiscard]] std::unique_ptr<network::MatrixBackend> arrays(
      const architecture::Architecture& architecture) const;
  [[nodiscard]] std::unique_ptr<network::MatrixBackend> banks(
      const architecture::Architecture& architecture, const Settings& bank) const;

  Session& session_;
  const exploration::Accuracy& accuracy_;
  device::Library cards_;
  network::Dataset dataset_;
  network::Network network_;
  plugin::Manifest front_end_manifest_;
  mutable std::unique_ptr<plugin::FrontEnd> front_end_;  ///< Made when first needed.
  std::unique_ptr<plugin::CircuitSimulator> simulator_;  ///< Owns the array solver.
  mutable std::mutex mutex_;                             ///< Of the front end and the hashes.
  mutable std::map<std::string, std::string> hashes_;    ///< Of cards.
};

}  // namespace neucasl::cli
