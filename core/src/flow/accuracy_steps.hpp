#pragma once

#include <string>
#include <vector>

#include "stage.hpp"

namespace neucasl::flow {

/// Accuracies of a network over the test images, one for each backend, and their report.
class AccuracySteps {
 public:
  /// `parameters` has the number of test images, "images", 0 for all. `expected` is the number of
  /// steps for the progress.
  AccuracySteps(Workspace& workspace, const plugin::ParameterSet& parameters, std::size_t expected);

  /// Runs the test images; no backend is the float network.
  void add(const std::string& name, const network::MatrixBackend* backend);

  [[nodiscard]] std::size_t images() const { return images_; }

  struct Words {
    std::string key;      ///< Of the figure.
    std::string label;    ///< Of the figure.
    std::string method;   ///< What is in the last step, after "... over N test images: ".
    std::string subject;  ///< "One chip"
    std::string section;
    std::string table;
    std::string column;
    std::string caption;
  };
  /// The last step as a figure with its interval, and all of them as a table and a chart.
  void report(const Words& words, const std::string& plugin, const device::UseList& uses,
              results::Findings& findings) const;

 private:
  Workspace& workspace_;
  std::size_t expected_;
  std::size_t images_;
  std::vector<std::string> names_;
  std::vector<double> accuracy_;
};

/// The parameters "images" and "converter_noise" of stages that measure accuracy.
plugin::ParameterSpec images_parameter();
plugin::ParameterSpec converter_noise_parameter();

}  // namespace neucasl::flow
