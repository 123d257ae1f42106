#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "front_end_input.hpp"
#include "quantize_report.hpp"

/// \file
/// `quantize` with weights in cells of a device.

namespace neucasl::cli {

/// --device, --noise-draws, --time, --drift-compensation, --wires, --cap-effective-bits.
void add_device_options(options::options_description& description);

class QuantizeDevice {
 public:
  /// Whether a device or its draws are given. \throws base::Error "cli.usage" when only other
  /// options of it are.
  static bool wanted(const Parsed& parsed);

  /// \throws base::Error "cli.usage"; as `quantisation::device_storage`.
  QuantizeDevice(Session& session, const Parsed& parsed,
                 const architecture::Architecture& architecture, const plugin::Context& context);

  /// Gives the task the storage that is scored and, where asked for, a shorter menu.
  void prepare(quantisation::Task& task);
  /// Maps with and without the device in the scores, on chips that were not scored.
  [[nodiscard]] DeviceReport report(const quantisation::Task& task,
                                    const quantisation::NamedMethod& method,
                                    const std::string& variant) const;

 private:
  std::string card_;
  bool cap_ = false;
  std::optional<NamedSimulator> simulator_;
  std::unique_ptr<plugin::AnalogStorage> storage_;
  std::vector<double> effective_bits_;
};

}  // namespace neucasl::cli
